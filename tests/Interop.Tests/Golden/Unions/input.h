/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

union number {
    uint32_t word;
    uint8_t bytes[4];
    float real;
};

/* A nameless union with a nameless struct in it, as in virtio_net_hdr_v1. */
struct header {
    uint8_t flags;
    uint8_t kind;
    union {
        struct {
            uint16_t start;
            uint16_t offset;
        };
        struct {
            uint16_t segments;
            uint16_t duplicates;
        } merged;
        union number raw;
    };
    uint64_t end;
};

typedef struct {
    struct header *next;
    struct hidden *other;
    union number number;
} without_tag;
