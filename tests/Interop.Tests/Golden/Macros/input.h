/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#define DECIMAL 42
#define NEGATIVE (-11)
#define MASK 0xF0u
#define SUM (DECIMAL + 2 * MASK)
#define LARGE 0x1234567890LL
#define HUGE_MASK 0xFFFFFFFFFFFFFFFFull
#define LETTER 'A'
#define SIZE sizeof(struct sized)
#define NARROW ((uint8_t)0xFF)
#define ITSELF ITSELF

enum { FIRST = 7, SECOND, ITSELF = 9 };

struct sized {
    uint8_t kind;
    uint32_t value;
};
