/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Records that C# would lay out in another way, so only offsets are made. */
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

struct wire {
    uint8_t kind;
    uint32_t value;
    uint16_t check;
} __attribute__((packed));

struct aligned {
    uint32_t first;
    uint32_t second __attribute__((aligned(16)));
};

struct control {
    uint32_t size : 5;
    uint32_t : 3;
    uint32_t kind : 8;
    uint32_t next : 17;
    uint32_t after;
    unsigned char low : 1;
    unsigned char high : 7;
    uint64_t wide : 40;
};

struct arrays {
    struct wire corners[4];
    void *handles[2];
    struct {
        uint8_t first;
        uint16_t second;
    } pairs[2];
};
