/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "sockets.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <string.h>

#include "traffic.h"

#define SLOTS 64
#define SLOT_SIZE 65536
/* Not a multiple of the page: the first lines of all slots would share one set
 * of the cache. */
#define STRIDE (SLOT_SIZE + 64)
#define BUFFER (16 << 20)

struct slots {
    struct mmsghdr messages[SLOTS];
    struct iovec vectors[SLOTS];
    char controls[SLOTS][CMSG_SPACE(sizeof(int))];
    uint8_t *bytes;
};

static struct sockaddr_in loopback(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};

    address.sin_port = htons((uint16_t)port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

int open_socket(int port, int peer_port)
{
    struct sockaddr_in own = loopback(port);
    struct sockaddr_in peer = loopback(peer_port);
    int size = BUFFER;
    int on = 1;
    int fd =
        (int)check(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0), "socket");

    check(setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on)), "UDP_GRO");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))) {
        /* Not root: what the limit gives. */
        check(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)),
              "SO_RCVBUF");
    }
    check(bind(fd, (struct sockaddr *)&own, sizeof(own)), "bind");
    check(connect(fd, (struct sockaddr *)&peer, sizeof(peer)), "connect");
    return fd;
}

void send_chunk(int fd, const uint8_t *datagrams)
{
    union {
        char bytes[CMSG_SPACE(sizeof(uint16_t))];
        struct cmsghdr header;
    } control = {.header = {.cmsg_len = CMSG_LEN(sizeof(uint16_t)),
                            .cmsg_level = SOL_UDP,
                            .cmsg_type = UDP_SEGMENT}};
    uint16_t segment = DATAGRAM_SIZE;

    memcpy(CMSG_DATA(&control.header), &segment, sizeof(segment));
    for (int i = 0; i < MESSAGES; i++) {
        size_t size = (size_t)traffic_message_datagrams(i) * DATAGRAM_SIZE;
        struct iovec vector = {(void *)datagrams, size};
        struct msghdr message = {.msg_iov = &vector,
                                 .msg_iovlen = 1,
                                 .msg_control = &control,
                                 .msg_controllen = sizeof(control)};

        check(sendmsg(fd, &message, 0), "sendmsg");
        datagrams += size;
    }
}

struct slots *make_slots(void)
{
    struct slots *slots = allocate(sizeof(*slots));

    slots->bytes = allocate(SLOTS * STRIDE);
    for (int i = 0; i < SLOTS; i++) {
        slots->vectors[i].iov_base = slots->bytes + (size_t)i * STRIDE;
        slots->vectors[i].iov_len = SLOT_SIZE;
        slots->messages[i].msg_hdr.msg_iov = &slots->vectors[i];
        slots->messages[i].msg_hdr.msg_iovlen = 1;
        slots->messages[i].msg_hdr.msg_control = slots->controls[i];
    }
    return slots;
}

static void check_slot(struct mmsghdr *message)
{
    struct cmsghdr *control = CMSG_FIRSTHDR(&message->msg_hdr);
    const uint8_t *bytes = message->msg_hdr.msg_iov->iov_base;
    size_t rest = message->msg_len;
    int size = (int)rest;

    if (control && control->cmsg_type == UDP_GRO) {
        memcpy(&size, CMSG_DATA(control), sizeof(size));
    }
    while (rest > 0) {
        size_t length = rest < (size_t)size ? rest : (size_t)size;

        traffic_check_datagram(bytes, length);
        bytes += length;
        rest -= length;
    }
}

size_t receive_some(int fd, struct slots *slots, bool checked)
{
    size_t bytes = 0;
    int count;

    for (int i = 0; i < SLOTS; i++) {
        slots->messages[i].msg_hdr.msg_controllen = sizeof(slots->controls[i]);
    }
    count = recvmmsg(fd, slots->messages, SLOTS, MSG_DONTWAIT, NULL);
    /* Refused: what was sent before the other end had its port. */
    if (count < 0 && errno != EAGAIN && errno != ECONNREFUSED) {
        check(count, "recvmmsg");
    }
    for (int i = 0; i < count; i++) {
        bytes += slots->messages[i].msg_len;
        if (checked) {
            check_slot(&slots->messages[i]);
        }
    }
    return bytes;
}
