/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "bare.h"

#include "sockets.h"
#include "traffic.h"

static int fd;
static uint8_t *datagrams;
static struct slots *slots;

void bare_open(void)
{
    fd = open_socket(BARE_PORT, PEER_PORT_OF_BARE);
    datagrams = traffic_datagrams();
    slots = make_slots();
}

static void transmit(void)
{
    send_chunk(fd, datagrams);
}

static void receive(void)
{
    uint64_t received = 0;
    unsigned turns = 0;

    while (received < CHUNK_BYTES) {
        received += receive_some(fd, slots, false);
        if (++turns > 1000000) {
            fail("%llu bytes of a chunk were lost",
                 (unsigned long long)(CHUNK_BYTES - received));
        }
    }
}

const struct subject bare = {"bare", transmit, receive};
