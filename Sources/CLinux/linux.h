// The Linux calls and constants that the Glibc module does not show. Declarations only: no C is compiled.
#ifndef MARTLET_LINUX_H
#define MARTLET_LINUX_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/timerfd.h>

// <netinet/udp.h> of glibc 2.36 has these; older ones do not.
#ifndef UDP_SEGMENT
#define UDP_SEGMENT 103
#endif
#ifndef UDP_GRO
#define UDP_GRO 104
#endif

// Declared here because the C library hides them behind _GNU_SOURCE, which an earlier module may have decided against.
struct martlet_mmsghdr {
    struct msghdr msg_hdr;
    unsigned int msg_len;
};

extern int recvmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags, struct timespec *timeout);
extern int sendmmsg(int socket, struct mmsghdr *messages, unsigned int count, int flags);

// Not visible without _GNU_SOURCE: IPv4 and IPv6 packet information (ip(7), RFC 3542 section 6.1).
struct martlet_in_pktinfo {
    int ipi_ifindex;
    struct in_addr ipi_spec_dst;
    struct in_addr ipi_addr;
};
struct martlet_in6_pktinfo {
    struct in6_addr ipi6_addr;
    unsigned int ipi6_ifindex;
};

#endif
