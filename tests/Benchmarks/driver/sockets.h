/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Runs of datagrams through UDP_SEGMENT and UDP_GRO (udp(7)), and the ports of
 * the bench, all on 127.0.0.1. */
#ifndef SOCKETS_H
#define SOCKETS_H

#include <sys/socket.h>

#include "driver.h"

#define PLANE_PORT 1701
#define PEER_PORT_OF_PLANE 1702
#define BARE_PORT 1703
#define PEER_PORT_OF_BARE 1704

/* The 64 KiB slots that one recvmmsg fills. */
struct slots;

/* A connected socket that takes runs, with room for more than one chunk. */
int open_socket(int port, int peer_port);

/* Send a chunk of datagrams, a sendmsg for each message. */
void send_chunk(int fd, const uint8_t *datagrams);

struct slots *make_slots(void);

/* Take what is there; 0: nothing. Returns bytes. With checked set, each
 * datagram is looked at. */
size_t receive_some(int fd, struct slots *slots, bool checked);

#endif
