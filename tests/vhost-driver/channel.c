/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The unix socket: bytes with descriptors beside them, whatever they mean. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver.h"

union control {
    char bytes[CMSG_SPACE(VD_MAXIMUM_FDS * sizeof(int))];
    struct cmsghdr header;
};

static int lost(int error)
{
    return error == EPIPE || error == ECONNRESET ? -ECONNRESET : -error;
}

int vd_send(struct vhost_driver *driver, const void *bytes, size_t size,
            const int *fds, uint32_t fd_count)
{
    union control control = {0};
    struct iovec vector = {(void *)bytes, size};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    ssize_t sent;

    if (fd_count > VD_MAXIMUM_FDS) {
        return -EINVAL;
    }
    if (fd_count > 0) {
        control.header.cmsg_level = SOL_SOCKET;
        control.header.cmsg_type = SCM_RIGHTS;
        control.header.cmsg_len = CMSG_LEN(fd_count * sizeof(int));
        memcpy(CMSG_DATA(&control.header), fds, fd_count * sizeof(int));
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
    }
    while (vector.iov_len > 0) {
        sent = sendmsg(driver->socket, &message, MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR) {
            return lost(errno);
        }
        if (sent > 0) {
            vector.iov_base = (uint8_t *)vector.iov_base + sent;
            vector.iov_len -= (size_t)sent;
            message.msg_control = NULL;
            message.msg_controllen = 0;
        }
    }
    return 0;
}

/* Hands over the descriptors of a message, or closes them. */
static void take_fds(struct msghdr *message, int *fds, uint32_t *fd_count)
{
    int all[VD_MAXIMUM_FDS];
    uint32_t room = fds && fd_count ? *fd_count : 0;
    uint32_t given = 0;
    struct cmsghdr *header;

    for (header = CMSG_FIRSTHDR(message); header;
         header = CMSG_NXTHDR(message, header)) {
        size_t size = header->cmsg_len - CMSG_LEN(0);

        if (header->cmsg_type != SCM_RIGHTS || size > sizeof(all)) {
            continue;
        }
        memcpy(all, CMSG_DATA(header), size);
        for (size_t i = 0; i < size / sizeof(int); i++) {
            if (given < room) {
                fds[given++] = all[i];
            } else {
                close(all[i]);
            }
        }
    }
    if (fd_count) {
        *fd_count = given;
    }
}

int64_t vd_receive_message(struct vhost_driver *driver, void *bytes,
                           size_t size, int *fds, uint32_t *fd_count,
                           uint32_t timeout_ms)
{
    union control control;
    struct iovec vector = {bytes, size};
    struct msghdr message = {.msg_iov = &vector,
                             .msg_iovlen = 1,
                             .msg_control = &control,
                             .msg_controllen = sizeof(control)};
    struct pollfd poller = {driver->socket, POLLIN, 0};
    ssize_t count;
    int ready;

    do {
        ready = poll(&poller, 1, (int)timeout_ms);
    } while (ready < 0 && errno == EINTR);
    if (ready <= 0) {
        return ready == 0 ? -ETIMEDOUT : -errno;
    }
    count = recvmsg(driver->socket, &message, MSG_CMSG_CLOEXEC);
    if (count < 0) {
        /* Closed with something unread on the other side: an end, too. */
        return errno == ECONNRESET ? 0 : -errno;
    }
    take_fds(&message, fds, fd_count);
    return count;
}
