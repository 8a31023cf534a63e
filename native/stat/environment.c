/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * l2tpv3-stat ignores the variables DOTNET_*. They are meant for another .NET
 * program, and some of them (GCHeapHardLimit, GCRegionRange) would end this
 * one. The runtime reads them when main starts, which is after this
 * constructor. There is no other thread yet, and l2tpv3-stat starts no program
 * that would need them.
 */
#include <stdlib.h>
#include <string.h>

extern char **environ;

/* The runtime knows no longer name. */
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
        /* If it was unset, the next one has moved here. */
        if (*place == variable) {
            place++;
        }
    }
}
