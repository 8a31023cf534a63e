/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_MODE_H
#define SHIM_MODE_H

#include <stdbool.h>

enum mode {
    /* Take over; if that fails, leave QEMU's own backend with a warning. */
    MODE_PREFER,
    /* Take over; if that fails, end QEMU with an error. */
    MODE_REQUIRE,
    /* Do nothing. */
    MODE_OFF,
};

/* What the settings ask for. */
enum mode mode_get(void);

/* The settings, for the data plane: the arguments of -plugin, else the
 * environment variable QEMU_L2TPV3. NULL: none, or not to be trusted. */
const char *mode_settings(void);

/*
 * From now on the settings are the arguments of -plugin. QEMU writes each as
 * key=value, and a word alone as word=on.
 *
 * Returns 0, or -1 when there is no memory.
 */
int mode_use_arguments(int argc, char **argv);

/* There are arguments of -plugin, and a variable that is passed over. */
bool mode_has_unread_variable(void);

#endif /* SHIM_MODE_H */
