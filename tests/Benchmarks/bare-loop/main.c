/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a vhost-user back end is measured against: a loop of system calls that
 * moves the same datagrams between the same ports, and does nothing else.
 *
 *     bare-loop transmit PORT PEER-PORT SIZE    sendmmsg, UDP_SEGMENT
 *     bare-loop receive PORT PEER-PORT SIZE     recvmmsg, UDP_GRO
 *
 * Runs until it is killed. Who counts is at the other end.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#define MESSAGES 16
#define SLOT 65536
/* Not a multiple of the page: the first lines of all slots would share one set
 * of the cache. */
#define STRIDE (SLOT + 64)
/* The limits of one message with UDP_SEGMENT (udp(7)). */
#define LARGEST_RUN 64
#define LARGEST_MESSAGE 65507
/* As the plane's. */
#define BUFFER 12500000

static struct mmsghdr messages[MESSAGES];
static struct iovec vectors[MESSAGES];
static char controls[MESSAGES][CMSG_SPACE(sizeof(int))];
static uint8_t bytes[MESSAGES * STRIDE];

static int check(int result, const char *name)
{
    if (result < 0) {
        perror(name);
        exit(1);
    }
    return result;
}

static int open_socket(int port, int peer_port)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    int size = BUFFER;
    int on = 1;
    int fd = check(socket(AF_INET, SOCK_DGRAM, 0), "socket");

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons((uint16_t)port);
    check(bind(fd, (struct sockaddr *)&address, sizeof(address)), "bind");
    address.sin_port = htons((uint16_t)peer_port);
    check(connect(fd, (struct sockaddr *)&address, sizeof(address)), "connect");
    check(setsockopt(fd, SOL_UDP, UDP_GRO, &on, sizeof(on)), "UDP_GRO");
    if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size))) {
        /* Not root: what the limit gives. */
        check(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size)),
              "SO_RCVBUF");
    }
    return fd;
}

static void prepare(size_t size)
{
    for (int i = 0; i < MESSAGES; i++) {
        vectors[i] = (struct iovec){bytes + (size_t)i * STRIDE, size};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
}

/* Each of its messages lies elsewhere, as those of a back end do. */
static void transmit(int fd, int size)
{
    int run = LARGEST_MESSAGE / size;

    run = run < LARGEST_RUN ? run : LARGEST_RUN;
    check(setsockopt(fd, SOL_UDP, UDP_SEGMENT, &size, sizeof(size)),
          "UDP_SEGMENT");
    memset(bytes, 1, sizeof(bytes));
    prepare((size_t)run * (size_t)size);
    for (;;) {
        /* Refused: nobody has the peer's port yet. */
        if (sendmmsg(fd, messages, MESSAGES, 0) < 0 && errno != ECONNREFUSED) {
            check(-1, "sendmmsg");
        }
    }
}

static void receive(int fd)
{
    prepare(SLOT);
    for (;;) {
        for (int i = 0; i < MESSAGES; i++) {
            messages[i].msg_hdr.msg_control = controls[i];
            messages[i].msg_hdr.msg_controllen = sizeof(controls[i]);
        }
        if (recvmmsg(fd, messages, MESSAGES, MSG_WAITFORONE, NULL) < 0 &&
            errno != ECONNREFUSED) {
            check(-1, "recvmmsg");
        }
    }
}

int main(int argc, char **argv)
{
    int fd;

    if (argc != 5) {
        fputs("usage: bare-loop transmit|receive PORT PEER-PORT SIZE\n",
              stderr);
        return 2;
    }
    fd = open_socket(atoi(argv[2]), atoi(argv[3]));
    if (strcmp(argv[1], "transmit") == 0) {
        transmit(fd, atoi(argv[4]));
    } else {
        receive(fd);
    }
    return 0;
}
