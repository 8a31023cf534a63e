/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

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
