/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev in QEMU's object tree, as /l2tpv3/ID, where qom-list, qom-get and
 * qom-set of QMP and HMP find it. The data plane defines its properties
 * (l2tp_plane_get_property); the shim only passes them on.
 */
#ifndef SHIM_OBJECT_H
#define SHIM_OBJECT_H

#include "netdev.h"

/* Adds the object of an open netdev. In a QEMU that does not export its object
 * functions there is none; one warning says so, and the netdev works. */
void object_add(struct netdev *netdev);

/* Takes it out of the tree, before the session closes. */
void object_remove(struct netdev *netdev);

#endif /* SHIM_OBJECT_H */
