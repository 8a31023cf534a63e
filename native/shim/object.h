/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev in QEMU's object tree, /l2tpv3/ID, where qom-list, qom-get and
 * qom-set of QMP and HMP find it. What its properties are, the data plane says
 * (l2tp_plane_get_property); here they are only passed on.
 */
#ifndef SHIM_OBJECT_H
#define SHIM_OBJECT_H

#include "netdev.h"

/* Makes the object of an open netdev. A QEMU that does not offer its object
 * functions has none, and a warning says so once; all else works. */
void object_add(struct netdev *netdev);

/* Takes it out of the tree, before the session closes. */
void object_remove(struct netdev *netdev);

#endif /* SHIM_OBJECT_H */
