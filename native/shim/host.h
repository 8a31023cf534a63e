/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The host of a session: what the data plane calls, and what QEMU's event loop
 * calls for it. */
#ifndef SHIM_HOST_H
#define SHIM_HOST_H

#include "netdev.h"

/* The functions that the session calls (l2tp_host). */
void host_fill(struct l2tp_host *host, struct netdev *netdev);

/* The handlers of the netdev's bottom half and timer. opaque: the netdev. */
void host_on_bottom_half(void *opaque);
void host_on_timer(void *opaque);

#endif /* SHIM_HOST_H */
