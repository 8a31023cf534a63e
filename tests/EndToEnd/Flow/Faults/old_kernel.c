/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded in front of the plugin: a kernel before 4.18, for UDP_SEGMENT, and
 * one that takes UDP_GRO without knowing it. The control message is accepted
 * and ignored, so what was to be many datagrams leaves as one.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stddef.h>
#include <sys/socket.h>

#define SOL_UDP 17
#define UDP_SEGMENT 103
#define UDP_GRO 104

static struct msghdr without_segment(const struct msghdr *message)
{
    struct msghdr plain = *message;
    struct cmsghdr *control = CMSG_FIRSTHDR(&plain);

    if (control && control->cmsg_level == SOL_UDP &&
        control->cmsg_type == UDP_SEGMENT) {
        plain.msg_control = NULL;
        plain.msg_controllen = 0;
    }
    return plain;
}

ssize_t sendmsg(int fd, const struct msghdr *message, int flags)
{
    static ssize_t (*next)(int, const struct msghdr *, int);
    struct msghdr plain = without_segment(message);

    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "sendmsg");
    }
    return next(fd, &plain, flags);
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
    unsigned int i;

    for (i = 0; i < count; i++) {
        ssize_t length = sendmsg(fd, &messages[i].msg_hdr, flags);

        if (length < 0) {
            return i == 0 ? -1 : (int)i;
        }
        messages[i].msg_len = (unsigned int)length;
    }
    return (int)count;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size)
{
    static int (*next)(int, int, int, const void *, socklen_t);

    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "setsockopt");
    }
    return level == SOL_UDP && name == UDP_GRO
               ? 0
               : next(fd, level, name, value, size);
}
