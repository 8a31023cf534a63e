/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_ADOPT_H
#define SHIM_ADOPT_H

#include <stdbool.h>

#include "layout.h"
#include "qemu.h"

/*
 * The netdevs that QEMU's own backend has made become ours. One that cannot
 * keeps that backend, with a warning; with `require` that is an error.
 *
 * Returns 0, or -1 after an error on stderr.
 */
int adopt_netdevs(const struct layout *layout, bool require);

/* All net clients but NICs; the caller frees them. NULL: no memory. */
NetClientState **adopt_list_clients(int *count);

#endif /* SHIM_ADOPT_H */
