/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The settings: a comma-separated list, from the arguments of -plugin or from
 * the environment variable QEMU_L2TPV3.
 *
 * The shim reads the words `require` and `off`, with or without `=on`. The rest
 * (key=value) belongs to the data plane, which rejects what it does not know:
 * with -plugin at once, with the variable when a netdev is created, so that the
 * message can name the netdev.
 */
#ifndef SHIM_SETTINGS_H
#define SHIM_SETTINGS_H

#include <stdbool.h>

enum mode {
    /* Take over. If that fails, warn, and leave QEMU's own backend. */
    MODE_PREFER,
    /* Take over. If that fails, report an error and end QEMU. */
    MODE_REQUIRE,
    /* Do nothing. */
    MODE_OFF,
};

enum mode settings_mode(void);

/* The whole list, for the data plane. NULL: there is none, or the environment
 * is not to be trusted. */
const char *settings_text(void);

/*
 * From now on the settings are the arguments of -plugin. QEMU writes each as
 * key=value, and a word without a value as word=on.
 *
 * Returns 0, or -1 when memory is short.
 */
int settings_use_arguments(int argc, char **argv);

/* -plugin has arguments, so the variable, which is set, too, is ignored. */
bool settings_ignore_variable(void);

#endif /* SHIM_SETTINGS_H */
