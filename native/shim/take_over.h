/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_TAKE_OVER_H
#define SHIM_TAKE_OVER_H

#include <stdbool.h>

#include "layout.h"

enum take_over_state {
    /* Nobody has tried yet. */
    TAKE_OVER_NOT_TRIED,
    /* The setting `off` forbids it. */
    TAKE_OVER_OFF,
    TAKE_OVER_DONE,
    TAKE_OVER_FAILED,
};
enum take_over_state take_over_state(void);

/*
 * Replace QEMU's l2tpv3 backend for the netdevs that QEMU will create from now
 * on, as the settings ask. A failure is an error or a warning on stderr.
 *
 * start: start the .NET runtime now, so that it cannot fail later, when a
 * guest runs.
 *
 * Returns the layout of this QEMU, or NULL when the backend was not replaced.
 * Call this once only.
 */
const struct layout *take_over(bool start);

#endif /* SHIM_TAKE_OVER_H */
