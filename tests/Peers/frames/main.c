/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sends Ethernet frames through a tunnel and compares what comes back.
 *
 *     frames check NIC COUNT [NEXT-HOP]    sends and compares
 *     frames reflect NIC...                sends back what comes, for ever
 *
 *     check --> NIC ==== tunnel ==== NIC --> reflect
 *           <--                          <--
 *
 * So each frame is compared after both directions. A unicast frame comes back
 * with its addresses exchanged, so that a bridge in between knows its way; a
 * frame for a group comes back as it is. NEXT-HOP is the MAC address to send
 * to where there is such a bridge; without it, one frame in six is one that
 * bridges treat in their own way, or a plain one, in turn:
 *
 *     a VLAN tag (IEEE 802.1Q), two of them (802.1ad), STP (802.1D, with a
 *     length instead of a type), LLDP (802.1AB), LACP (802.1AX)
 *
 * Each frame ends with a magic number and its own number, by which foreign
 * frames (ARP, IPv6's own) are told from ours. Each comes back once; those
 * that another one has overtaken are counted.
 */
#include <arpa/inet.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "nic.h"

/* So many frames are under way: less than any queue in between. */
#define WINDOW 32
#define MOST_NICS 64
#define PATIENCE 5000 /* ms, for the next one to come back */

enum kind { PLAIN, VLAN, QINQ, STP, LLDP, LACP, KINDS };

/* What follows the two addresses, and the group address if it is one. A VLAN
 * frame is as long as a plain one and its tags. */
static const struct {
    uint8_t group[ETH_ALEN];
    size_t tags;
    size_t header_size;
    uint8_t header[10];
} kinds[KINDS] = {
    [PLAIN] = {{0}, 0, 2, {0x88, 0xb5}},
    [VLAN] = {{0}, TAG, 6, {0x81, 0, 0x20, 5, 0x88, 0xb5}},
    [QINQ] = {{0},
              2 * TAG,
              10,
              {0x88, 0xa8, 0, 7, 0x81, 0, 0xe0, 9, 0x88, 0xb5}},
    [STP] = {{1, 0x80, 0xc2}, 0, 5, {0, 38, 0x42, 0x42, 3}},
    [LLDP] = {{1, 0x80, 0xc2, 0, 0, 0x0e}, 0, 2, {0x88, 0xcc}},
    [LACP] = {{1, 0x80, 0xc2, 0, 0, 2}, 0, 3, {0x88, 9, 1}},
};

static bool is_for_group(const struct frame *frame)
{
    return frame->bytes[0] & 1;
}

static void exchange_addresses(struct frame *frame)
{
    uint8_t destination[ETH_ALEN];

    memcpy(destination, frame->bytes, ETH_ALEN);
    memcpy(frame->bytes, frame->bytes + ETH_ALEN, ETH_ALEN);
    memcpy(frame->bytes + ETH_ALEN, destination, ETH_ALEN);
}

static void reflect_one(int fd)
{
    struct frame frame;

    if (!receive(fd, &frame, 0)) {
        return;
    }
    if (!is_for_group(&frame)) {
        exchange_addresses(&frame);
    }
    transmit(fd, &frame);
}

_Noreturn static void reflect(char **nics, int count)
{
    struct pollfd fds[MOST_NICS];

    if (count > MOST_NICS) {
        fail("too many NICs");
    }
    for (int i = 0; i < count; i++) {
        fds[i] = (struct pollfd){open_nic(nics[i]), POLLIN, 0};
    }
    puts("ready");
    fflush(stdout);
    for (;;) {
        poll(fds, (nfds_t)count, -1);
        for (int i = 0; i < count; i++) {
            if (fds[i].revents & POLLERR) {
                /* Its NIC is gone; poll passes over negative numbers. */
                fds[i].fd = -1;
            } else if (fds[i].revents) {
                reflect_one(fds[i].fd);
            }
        }
    }
}

/* A frame is a function of its number, so that none need be kept. */
static void make(struct frame *frame, uint32_t number, const uint8_t *next_hop)
{
    static const uint8_t source[ETH_ALEN] = {2, 0, 0, 0, 0, 1};
    static const uint8_t destination[ETH_ALEN] = {2, 0, 0, 0, 0, 2};
    struct trailer trailer = {htonl(MAGIC), htonl(number)};
    unsigned seed = number + 1;
    enum kind kind =
        next_hop || number % KINDS ? PLAIN : (number / KINDS) % KINDS;

    frame->size = SMALLEST + (unsigned)rand_r(&seed) % (LARGEST - SMALLEST + 1);
    frame->size += kinds[kind].tags;
    for (size_t i = 0; i < frame->size; i++) {
        frame->bytes[i] = (uint8_t)(rand_r(&seed) >> 8);
    }
    memcpy(frame->bytes, kinds[kind].group[0] ? kinds[kind].group : destination,
           ETH_ALEN);
    if (next_hop) {
        memcpy(frame->bytes, next_hop, ETH_ALEN);
    }
    memcpy(frame->bytes + ETH_ALEN, source, ETH_ALEN);
    memcpy(frame->bytes + 2 * ETH_ALEN, kinds[kind].header,
           kinds[kind].header_size);
    memcpy(trailer_of(frame), &trailer, sizeof(trailer));
}

/* Takes one frame that comes back, and returns its number. A frame that has
 * come back already, or that has not been sent, is a failure. */
static uint32_t check_one(int fd, uint32_t sent, bool *seen,
                          const uint8_t *next_hop)
{
    struct frame back;
    struct frame expected;
    struct trailer trailer;
    uint32_t number;

    if (!receive(fd, &back, PATIENCE)) {
        fail("no more frames come back");
    }
    memcpy(&trailer, trailer_of(&back), sizeof(trailer));
    number = ntohl(trailer.number);
    if (number >= sent || seen[number]) {
        fail("a frame came back that is not under way");
    }
    seen[number] = true;
    make(&expected, number, next_hop);
    if (!is_for_group(&expected)) {
        exchange_addresses(&expected);
    }
    if (back.size != expected.size ||
        memcmp(back.bytes, expected.bytes, back.size)) {
        fprintf(stderr, "frames: frame %u of %zu bytes has changed\n", number,
                expected.size);
        exit(1);
    }
    return number;
}

static void check(int fd, uint32_t count, const uint8_t *next_hop)
{
    bool *seen = calloc(count, sizeof(*seen));
    uint32_t overtaken = 0;
    uint32_t last = 0;
    struct frame frame;

    for (uint32_t turn = 0; turn < count + WINDOW; turn++) {
        if (turn >= WINDOW) {
            uint32_t number =
                check_one(fd, turn < count ? turn : count, seen, next_hop);

            overtaken += number < last;
            last = number > last ? number : last;
        }
        if (turn < count) {
            make(&frame, turn, next_hop);
            transmit(fd, &frame);
        }
    }
    printf("%u frames came back unchanged, %u overtaken\n", count, overtaken);
}

int main(int count, char **arguments)
{
    uint8_t next_hop[ETH_ALEN];

    if (count > 2 && !strcmp(arguments[1], "reflect")) {
        reflect(arguments + 2, count - 2);
    }
    if (count < 4 || strcmp(arguments[1], "check")) {
        fail("check NIC COUNT [NEXT-HOP], or reflect NIC...");
    }
    if (count > 4 &&
        sscanf(arguments[4], "%hhx:%hhx:%hhx:%hhx:%hhx:%hhx", &next_hop[0],
               &next_hop[1], &next_hop[2], &next_hop[3], &next_hop[4],
               &next_hop[5]) != ETH_ALEN) {
        fail("NEXT-HOP is not a MAC address");
    }
    check(open_nic(arguments[2]), (uint32_t)atoi(arguments[3]),
          count > 4 ? next_hop : NULL);
    return 0;
}
