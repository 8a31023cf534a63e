/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU_L2TPV3 is a comma-separated list. The words `require` and `off` are
 * read here; everything else (key=value) is the data plane's, which refuses
 * what it does not know when a netdev is made, with that netdev's id.
 */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "mode.h"

const char *mode_settings(void)
{
    /* secure_getenv: a set-uid process does not trust its environment. */
    return secure_getenv("QEMU_L2TPV3");
}

/* Blanks around an item are nothing, as in the data plane: a `require` that
 * only one of the two saw would be no requirement. */
static bool is_word(const char *item, size_t size, const char *word)
{
    static const char blanks[] = " \t\r\n";

    while (size > 0 && strchr(blanks, item[0])) {
        item++;
        size--;
    }
    while (size > 0 && strchr(blanks, item[size - 1])) {
        size--;
    }
    return size == strlen(word) && memcmp(item, word, size) == 0;
}

static bool has_word(const char *list, const char *word)
{
    while (list) {
        const char *comma = strchr(list, ',');
        size_t size = comma ? (size_t)(comma - list) : strlen(list);

        if (is_word(list, size, word)) {
            return true;
        }
        list = comma ? comma + 1 : NULL;
    }
    return false;
}

enum mode mode_get(void)
{
    const char *settings = mode_settings();

    if (has_word(settings, "off")) {
        return MODE_OFF;
    }
    return has_word(settings, "require") ? MODE_REQUIRE : MODE_PREFER;
}
