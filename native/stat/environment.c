/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * l2tpv3-stat does not take the variables DOTNET_*: nobody who sets them for
 * another program knows that this is a .NET program, too, and some of them
 * (GCHeapHardLimit, GCRegionRange) would end it. The runtime reads them when
 * main starts, which is after this; no other thread is there, and no program
 * is started that would want them.
 */
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* Longer names are none that the runtime knows. */
#define NAME_SIZE 256

static void unset(const char *variable)
{
    char name[NAME_SIZE] = "";

    strncpy(name, variable, sizeof(name) - 1);
    name[strcspn(name, "=")] = '\0';
    unsetenv(name);
}

static void __attribute__((constructor)) forget_dotnet(void)
{
    static const char prefix[] = "DOTNET_";
    char **place = environ;

    while (place && *place) {
        const char *variable = *place;

        if (strncmp(variable, prefix, strlen(prefix)) == 0) {
            unset(variable);
        }
        /* Unset: the next one is here now. */
        if (*place == variable) {
            place++;
        }
    }
}
