/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "settings.h"

static char *arguments;

/* secure_getenv: a set-uid process does not trust its environment. */
static const char *variable(void)
{
    return secure_getenv("QEMU_L2TPV3");
}

const char *settings_text(void)
{
    return arguments ? arguments : variable();
}

bool settings_ignore_variable(void)
{
    return arguments && variable() && variable()[0] != '\0';
}

/* Blanks around an item do not count, as in the data plane: a `require` that
 * only one of the two recognized would require nothing. */
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

static bool has_word(const char *list, const char *word, const char *on)
{
    while (list) {
        const char *comma = strchr(list, ',');
        size_t size = comma ? (size_t)(comma - list) : strlen(list);

        if (is_word(list, size, word) || is_word(list, size, on)) {
            return true;
        }
        list = comma ? comma + 1 : NULL;
    }
    return false;
}

/* Turns word=on, which is what QEMU makes of a word, back into the word, and
 * word=off into nothing. The data plane takes anything else as it is. */
static const char *without_on(const char *argument)
{
    static const char *const words[][3] = {
        {"require=on", "require=off", "require"},
        {"off=on", "off=off", "off"},
    };

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(argument, words[i][0]) == 0) {
            return words[i][2];
        }
        if (strcmp(argument, words[i][1]) == 0) {
            return "";
        }
    }
    return argument;
}

int settings_use_arguments(int argc, char **argv)
{
    size_t size = 1;
    char *end;

    for (int i = 0; i < argc; i++) {
        size += strlen(argv[i]) + strlen(",");
    }
    free(arguments);
    arguments = malloc(size);
    if (!arguments) {
        return -1;
    }
    end = arguments;
    *end = '\0';
    for (int i = 0; i < argc; i++) {
        end = stpcpy(end, without_on(argv[i]));
        end = stpcpy(end, ",");
    }
    return 0;
}

enum mode settings_mode(void)
{
    const char *settings = settings_text();

    if (has_word(settings, "off", "off=on")) {
        return MODE_OFF;
    }
    return has_word(settings, "require", "require=on") ? MODE_REQUIRE
                                                       : MODE_PREFER;
}
