/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * To hide a variable, put another pointer in its place in environ. setenv and
 * unsetenv would move the list, which another thread may be reading. That
 * thread now reads either pointer, and both stay valid.
 */
#include <stdlib.h>
#include <string.h>

#include "environment.h"

extern char **environ;

static const char prefix[] = "DOTNET_";
/* Its address marks the hidden variables. */
static char placeholder[] = "QEMU_L2TPV3_HIDDEN=";
static char **hidden;

static bool is_runtimes(const char *variable)
{
    return strncmp(variable, prefix, strlen(prefix)) == 0;
}

static void put(char **place, char *variable)
{
    __atomic_store_n(place, variable, __ATOMIC_RELEASE);
}

bool environment_hide(void)
{
    size_t count = 0;

    for (char **place = environ; place && *place; place++) {
        count += is_runtimes(*place);
    }
    hidden = calloc(count + 1, sizeof(*hidden));
    if (!hidden) {
        return false;
    }
    count = 0;
    for (char **place = environ; place && *place; place++) {
        if (is_runtimes(*place)) {
            hidden[count++] = *place;
            put(place, placeholder);
        }
    }
    return true;
}

void environment_restore(void)
{
    char **next = hidden;

    for (char **place = environ; place && *place; place++) {
        if (*place == placeholder) {
            put(place, *next++);
        }
    }
    free(hidden);
    hidden = NULL;
}
