/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_NETDEV_H
#define SHIM_NETDEV_H

#include "layout.h"
#include "qemu.h"

/* Build the table of callbacks for the layout of the running QEMU. */
void netdev_set_layout(const struct layout *layout);

/* Takes the place of net_init_l2tpv3 in QEMU's table of netdevs. */
int netdev_init(const Netdev *netdev, const char *name, NetClientState *peer,
                Error **errp);

#endif /* SHIM_NETDEV_H */
