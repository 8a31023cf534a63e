/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The NetClientInfo of our netdevs: the callbacks that QEMU calls them through.
 * Each forwards to the session, or does nothing when there is none.
 */
#ifndef SHIM_CALLBACKS_H
#define SHIM_CALLBACKS_H

#include "layout.h"
#include "qemu.h"

typedef void callbacks_cleanup(NetClientState *client);

/* Put the callbacks where the running QEMU looks for them. Before any other
 * function here, and once only. */
void callbacks_set_layout(const struct layout *layout,
                          callbacks_cleanup *cleanup);

/* The info of a client that we make. */
void *callbacks_info(void);

/* The info of a client that QEMU's own backend made, and that is ours now. */
void *callbacks_info_adopted(void);

/* The client has one of these two. */
bool callbacks_are_of(const NetClientState *client);

#endif /* SHIM_CALLBACKS_H */
