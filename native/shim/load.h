/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_LOAD_H
#define SHIM_LOAD_H

#include <stdbool.h>

#include "layout.h"

enum load_state {
    /* Nobody has tried to take over yet. */
    LOAD_NOT_TRIED,
    /* The setting `off`. */
    LOAD_OFF,
    LOAD_DONE,
    LOAD_FAILED,
};
enum load_state load_state(void);

/*
 * True: the loader has put the library into the program's own scope, as
 * LD_PRELOAD does. False: QEMU has opened it, which is what -plugin does.
 * *other: another copy of it is in that scope.
 */
bool load_is_preloaded(bool *other);

/*
 * Take QEMU's l2tpv3 over, for the netdevs that will be made from now on, as
 * the settings ask. What fails is said on stderr, as an error or a warning.
 * start: the .NET runtime starts now; it does not fail later, when a VM runs.
 *
 * Returns the layout; NULL when nothing was taken over. Once only.
 */
const struct layout *load_take_over(bool start);

#endif /* SHIM_LOAD_H */
