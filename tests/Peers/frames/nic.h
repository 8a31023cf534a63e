/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Frames of ours through a NIC (packet(7)). */
#ifndef NIC_H
#define NIC_H

#include <linux/if_ether.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SMALLEST 60
#define LARGEST 1514
#define TAG 4
#define MAGIC 0x6672616d

struct frame {
    size_t size;
    uint8_t bytes[LARGEST + 2 * TAG];
};

/* The end of a frame of ours, in network byte order. */
struct trailer {
    uint32_t magic;
    uint32_t number;
};

_Noreturn void fail(const char *what);

/* A socket for all of a NIC's frames, with their VLAN tags beside them. */
int open_nic(const char *name);

struct trailer *trailer_of(struct frame *frame);

/* The next frame of ours, its tags in it again; false: none came in so many
 * milliseconds. */
bool receive(int fd, struct frame *frame, int timeout);

void transmit(int fd, const struct frame *frame);

#endif
