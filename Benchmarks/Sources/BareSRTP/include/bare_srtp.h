// SRTP's two back ends in plain loops, without what surrounds them in a server: no header is parsed, no stream looked up, no
// replay window kept that the library does not keep itself.
#pragma once

#include <stddef.h>
#include <stdint.h>

typedef struct bare_session bare_session;

typedef enum {
    BARE_EVP_GCM,
    BARE_LIBSRTP_GCM,
    BARE_LIBSRTP_SHA1_80,
} bare_kind;

// A session of one direction under a fixed key of 16 or 32 bytes; NULL if the library refuses.
bare_session *bare_session_create(bare_kind kind, size_t key_length, int is_sender);
void bare_session_destroy(bare_session *session);

// Protects `count` packets of `length` bytes, one after the other in `slot`, with a header of 12 bytes and sequence numbers
// from `first`, which continue where the call before stopped. Returns how many succeeded.
size_t bare_protect(bare_session *session, uint8_t *slot, size_t length, uint64_t first, size_t count);

// Copies `count` protected packets of `length` bytes, `stride` apart, into `slot` and unprotects them there; `first` is the
// sequence number of the first. Returns how many succeeded.
size_t bare_unprotect(
    bare_session *session, const uint8_t *packets, size_t stride, uint8_t *slot, size_t length, uint64_t first, size_t count);

// CPU time of this thread.
uint64_t bare_cpu_nanoseconds(void);
