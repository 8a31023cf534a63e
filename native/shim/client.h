/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU's NetClientState, read by offsets. Where nothing else is said, the
 * client may be any: ours, a NIC, or another backend's.
 */
#ifndef SHIM_CLIENT_H
#define SHIM_CLIENT_H

#include "qemu.h"

struct netdev;

const char *client_name(const NetClientState *client);

/* The NetClientInfo that QEMU calls the client through. */
const void *client_info(const void *client);
void client_set_info(NetClientState *client, const void *info);

/* The NIC, or the hub port, that the client is connected to. NULL: none. */
const void *client_peer(const NetClientState *client);

bool client_link_is_down(const void *client);

/* It wants frames of at least 60 bytes. */
bool client_wants_padding(const void *client);

int client_vnet_header_length(const NetClientState *client);
void client_set_vnet_header_length(NetClientState *client, int length);

/* Only for a client of ours. NULL: init has not finished, or cleanup is over.
 */
struct netdev *client_netdev(const NetClientState *client);
void client_set_netdev(NetClientState *client, struct netdev *netdev);

/* All clients but NICs. The caller frees the list. NULL: memory is short. */
NetClientState **client_list(int *count);

#endif /* SHIM_CLIENT_H */
