/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How a netdev begins and ends. */
#ifndef SHIM_LIFE_H
#define SHIM_LIFE_H

#include "netdev.h"

/* Takes the place of net_init_l2tpv3 in QEMU's table of netdev types. */
int life_init(const Netdev *options, const char *name, NetClientState *peer,
              Error **errp);

/* The last callback: closes the session and frees the netdev. */
void life_cleanup(NetClientState *client);

/*
 * Open a session for a client, which may still be one of QEMU's own backend.
 * The caller puts the result into the client.
 *
 * Returns NULL with one sentence in error when that fails.
 */
struct netdev *life_open(NetClientState *client, const char *options,
                         char *error, size_t error_size);

#endif /* SHIM_LIFE_H */
