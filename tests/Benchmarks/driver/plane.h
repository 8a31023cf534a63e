/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The plugin's data plane, driven over its C ABI as QEMU would drive it: frames
 * in bursts, the bottom half after each, the timer between chunks. */
#ifndef PLANE_H
#define PLANE_H

#include "driver.h"

void plane_open(const char *plugin, const char *settings, int burst);

/* The timer, if it is due, and everything else that QEMU's event loop would
 * do between two chunks. */
void plane_idle(void);

/* Have the frames that the next chunks deliver looked at, or not. */
void plane_check(bool checked);

/* The line of `info network` as of now. */
const char *plane_info(void);

void plane_close(void);

extern const struct subject plane;

#endif
