/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "nic.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

/* linux/if_packet.h has it since 4.20; the socket need not see what it sent. */
#ifndef PACKET_IGNORE_OUTGOING
#define PACKET_IGNORE_OUTGOING 23
#endif

_Noreturn void fail(const char *what)
{
    fprintf(stderr, "frames: %s\n", what);
    exit(1);
}

_Noreturn static void fail_errno(const char *what)
{
    fprintf(stderr, "frames: %s: %s\n", what, strerror(errno));
    exit(1);
}

int open_nic(const char *name)
{
    int on = 1;
    struct sockaddr_ll address = {.sll_family = AF_PACKET};
    struct packet_mreq all = {.mr_type = PACKET_MR_PROMISC};
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    address.sll_protocol = htons(ETH_P_ALL);
    address.sll_ifindex = (int)if_nametoindex(name);
    all.mr_ifindex = address.sll_ifindex;
    if (fd < 0 ||
        setsockopt(fd, SOL_PACKET, PACKET_IGNORE_OUTGOING, &on, sizeof(on)) ||
        setsockopt(fd, SOL_PACKET, PACKET_AUXDATA, &on, sizeof(on)) ||
        setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, &all, sizeof(all)) ||
        bind(fd, (struct sockaddr *)&address, sizeof(address))) {
        fail_errno(name);
    }
    return fd;
}

/* The kernel takes the outer tag out of a frame; put it back. */
static void restore_tag(struct frame *frame, const struct tpacket_auxdata *aux)
{
    uint8_t *tag = frame->bytes + 2 * ETH_ALEN;
    uint16_t type = ETH_P_8021Q;

    if (!(aux->tp_status & TP_STATUS_VLAN_VALID)) {
        return;
    }
    if (aux->tp_status & TP_STATUS_VLAN_TPID_VALID) {
        type = aux->tp_vlan_tpid;
    }
    memmove(tag + TAG, tag, frame->size - 2 * ETH_ALEN);
    frame->size += TAG;
    tag[0] = (uint8_t)(type >> 8);
    tag[1] = (uint8_t)type;
    tag[2] = (uint8_t)(aux->tp_vlan_tci >> 8);
    tag[3] = (uint8_t)aux->tp_vlan_tci;
}

struct trailer *trailer_of(struct frame *frame)
{
    return (struct trailer *)(frame->bytes + frame->size -
                              sizeof(struct trailer));
}

bool receive(int fd, struct frame *frame, int timeout)
{
    for (;;) {
        struct pollfd wait = {fd, POLLIN, 0};
        union {
            char bytes[CMSG_SPACE(sizeof(struct tpacket_auxdata))];
            struct cmsghdr header;
        } control;
        /* Leave room for the tag that is not in it. */
        struct iovec all = {frame->bytes, sizeof(frame->bytes) - TAG};
        struct msghdr message = {.msg_iov = &all, .msg_iovlen = 1};
        struct trailer trailer;
        ssize_t size;

        if (poll(&wait, 1, timeout) == 0) {
            return false;
        }
        message.msg_control = &control;
        message.msg_controllen = sizeof(control);
        size = recvmsg(fd, &message, 0);
        if (size < 0) {
            fail_errno("receive");
        }
        frame->size = (size_t)size;
        if (frame->size < ETH_HLEN + sizeof(trailer)) {
            continue;
        }
        memcpy(&trailer, trailer_of(frame), sizeof(trailer));
        if (trailer.magic == htonl(MAGIC)) {
            struct cmsghdr *header = CMSG_FIRSTHDR(&message);

            restore_tag(frame, (struct tpacket_auxdata *)CMSG_DATA(header));
            return true;
        }
    }
}

void transmit(int fd, const struct frame *frame)
{
    if (send(fd, frame->bytes, frame->size, 0) != (ssize_t)frame->size) {
        fail_errno("send");
    }
}
