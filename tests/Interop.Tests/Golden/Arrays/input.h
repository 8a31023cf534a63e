/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct point {
    int16_t x;
    int16_t y;
};

struct arrays {
    char name[16];
    uint32_t words[3];
    struct point corner;
    uint8_t rest[];
};
