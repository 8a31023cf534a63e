/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Counts system calls on sockets: the program's symbols come before the C
 * library's, also for a library that the program has loaded.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/socket.h>

#include "driver.h"

uint64_t socket_calls;

/* The C library's function of that name, looked up once for each caller. */
#define LIBC(name)                                                             \
    ({                                                                         \
        static __typeof__(&name) next;                                         \
        if (!next) {                                                           \
            next = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                 \
        }                                                                      \
        socket_calls++;                                                        \
        next;                                                                  \
    })

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    return LIBC(sendmsg)(fd, message, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
    return LIBC(sendmmsg)(fd, messages, count, flags);
}

ssize_t recvmsg(int fd, struct msghdr *message, int flags)
{
    return LIBC(recvmsg)(fd, message, flags);
}

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
             struct timespec *timeout)
{
    return LIBC(recvmmsg)(fd, messages, count, flags, timeout);
}
