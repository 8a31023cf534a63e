/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_PROBE_H
#define SHIM_PROBE_H

#include <stddef.h>

#include "layout.h"

/*
 * Find out by experiment which layout the running QEMU has. This needs no state
 * of QEMU and may run before main.
 *
 * Returns the layout, or NULL with one sentence in reason.
 */
const struct layout *probe_layout(char *reason, size_t reason_size);

#endif /* SHIM_PROBE_H */
