// Counts heap allocations of the executable that links this target: its malloc and friends win over the C library's.
// glibc only; under a sanitizer every count stays zero.
#ifndef MARTLET_ALLOCATION_COUNTER_H
#define MARTLET_ALLOCATION_COUNTER_H

#include <stdint.h>

/// Allocations of all threads since start.
uint64_t allocation_counter_total(void);

/// Bytes that the heap has handed out and not yet had back, with what the C library adds to each.
uint64_t allocation_counter_live_bytes(void);

#endif
