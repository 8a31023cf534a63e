/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_MODE_H
#define SHIM_MODE_H

enum mode {
    /* Take over; if that fails, leave QEMU's own backend with a warning. */
    MODE_PREFER,
    /* Take over; if that fails, end QEMU with an error. */
    MODE_REQUIRE,
    /* Do nothing. */
    MODE_OFF,
};

/* What the environment variable QEMU_L2TPV3 asks for. */
enum mode mode_get(void);

/* The variable's whole value, for the data plane; NULL when it is not set or
 * not to be trusted. */
const char *mode_settings(void);

#endif /* SHIM_MODE_H */
