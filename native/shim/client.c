/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Reads and changes a NetClientState, whose offsets are in offsets.g.h. */
#include <stdlib.h>
#include <string.h>

#include "client.h"

static void *pointer_at(const void *client, size_t offset)
{
    void *value;

    memcpy(&value, (const char *)client + offset, sizeof(value));
    return value;
}

static int int_at(const void *client, size_t offset)
{
    int value;

    memcpy(&value, (const char *)client + offset, sizeof(value));
    return value;
}

const char *client_name(const NetClientState *client)
{
    return pointer_at(client, QEMU_CLIENT_NAME);
}

const void *client_info(const void *client)
{
    return pointer_at(client, QEMU_CLIENT_INFO);
}

void client_set_info(NetClientState *client, const void *info)
{
    memcpy((char *)client + QEMU_CLIENT_INFO, &info, sizeof(info));
}

const void *client_peer(const NetClientState *client)
{
    return pointer_at(client, QEMU_CLIENT_PEER);
}

bool client_link_is_down(const void *client)
{
    return int_at(client, QEMU_CLIENT_LINK_DOWN) != 0;
}

bool client_wants_padding(const void *client)
{
    return ((const char *)client)[QEMU_CLIENT_DO_NOT_PAD] == 0;
}

int client_vnet_header_length(const NetClientState *client)
{
    return int_at(client, QEMU_CLIENT_VNET_HDR_LEN);
}

void client_set_vnet_header_length(NetClientState *client, int length)
{
    memcpy((char *)client + QEMU_CLIENT_VNET_HDR_LEN, &length, sizeof(length));
}

/*
 * Our pointer is the last thing in what QEMU has allocated, and the client's
 * info tells how much that is: one rule for clients that we made and for those
 * that QEMU's own backend made.
 */
static size_t netdev_place(const NetClientState *client)
{
    size_t size;

    memcpy(&size, (const char *)client_info(client) + QEMU_INFO_CLIENT_SIZE,
           sizeof(size));
    return size - sizeof(struct netdev *);
}

struct netdev *client_netdev(const NetClientState *client)
{
    return pointer_at(client, netdev_place(client));
}

void client_set_netdev(NetClientState *client, struct netdev *netdev)
{
    memcpy((char *)client + netdev_place(client), &netdev, sizeof(netdev));
}

NetClientState **client_list(int *count)
{
    NetClientState **clients;

    *count = qemu.qemu_find_net_clients_except(NULL, NULL,
                                               QEMU_NET_CLIENT_DRIVER_NIC, 0);
    clients = calloc((size_t)*count + 1, sizeof(*clients));
    if (clients) {
        qemu.qemu_find_net_clients_except(NULL, clients,
                                          QEMU_NET_CLIENT_DRIVER_NIC, *count);
    }
    return clients;
}
