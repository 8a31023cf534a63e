/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_ADOPT_H
#define SHIM_ADOPT_H

#include <stdbool.h>

#include "layout.h"

/*
 * Take over the netdevs that QEMU's own backend has created. A netdev that
 * cannot be taken over keeps that backend, with a warning; with `require` that
 * is an error.
 *
 * Returns 0, or -1 after an error on stderr.
 */
int adopt_netdevs(const struct layout *layout, bool require);

#endif /* SHIM_ADOPT_H */
