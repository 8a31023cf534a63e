/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct wire {
    uint8_t kind;
    uint32_t value;
    uint16_t check;
} __attribute__((packed));

struct aligned {
    uint32_t first;
    uint32_t second __attribute__((aligned(16)));
};
