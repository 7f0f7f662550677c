// The Linux calls, structures and constants that the Glibc module does not show. Declarations only: no C is compiled.
//
// Defining _GNU_SOURCE here would show them all, but then this module and Glibc disagree about structures they share; so
// what hides behind it is declared again under a name of ours.
#ifndef MARTLET_LINUX_H
#define MARTLET_LINUX_H

#include <errno.h>
#include <time.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>

// udp(7). <netinet/udp.h> is not included: it and <linux/udp.h>, which other modules include, disagree about struct udphdr.
#define MARTLET_SOL_UDP 17
#define MARTLET_UDP_SEGMENT 103
#define MARTLET_UDP_GRO 104

// One message of recvmmsg(2) and sendmmsg(2): `struct mmsghdr`.
struct linux_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

// Packet information of ip(7) and RFC 3542 section 6.1: `struct in_pktinfo` and `struct in6_pktinfo`.
struct linux_in_pktinfo {
    int ipi_ifindex;
    struct in_addr ipi_spec_dst;
    struct in_addr ipi_addr;
};
struct linux_in6_pktinfo {
    struct in6_addr ipi6_addr;
    unsigned int ipi6_ifindex;
};


extern int linux_recvmmsg(int socket, struct linux_mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout) __asm__("recvmmsg");
extern int linux_sendmmsg(int socket, struct linux_mmsghdr *messages, unsigned int count, int flags) __asm__("sendmmsg");
extern int linux_malloc_trim(size_t pad) __asm__("malloc_trim");
extern int linux_pipe2(int ends[2], int flags) __asm__("pipe2");
// prctl(2) with one value.
extern int linux_prctl(int option, unsigned long value) __asm__("prctl");
extern int linux_setname(pthread_t thread, const char *name) __asm__("pthread_setname_np");
extern int linux_setaffinity(pthread_t thread, size_t size, const unsigned long *cpus) __asm__("pthread_setaffinity_np");

#endif
