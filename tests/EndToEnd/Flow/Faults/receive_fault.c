/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded in front of the plugin: reading many messages from a socket fails
 * with EPERM each time, as a security module does it. (A sandbox that refuses
 * recvmsg, too, would take QMP from QEMU.)
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <sys/socket.h>
#include <time.h>

int recvmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags,
             struct timespec *timeout)
{
    static int (*next)(int, struct mmsghdr *, unsigned int, int,
                       struct timespec *);

    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "recvmmsg");
    }
    /* No descriptor, no datagram: that asks whether the call may be made. */
    if (fd < 0) {
        return next(fd, messages, count, flags, timeout);
    }
    errno = EPERM;
    return -1;
}
