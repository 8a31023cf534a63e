/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Net clients: made, listed, connected in pairs, deleted.
 *
 * netdev_del while a NIC uses the backend:
 *
 *     7.2     cleanup at once; the memory stays, and the NIC goes on calling
 *             callbacks until it goes
 *     10.0    neither; both when the NIC goes
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

static NetClientState *clients;

/* A new NIC may live where an old one was freed: here it always does. */
static NetClientState *freed_nic;

static NetClientState *allocate(const NetClientInfo *info)
{
    NetClientState *nc = NULL;

    if (info->type == DRIVER_NIC && freed_nic) {
        nc = freed_nic;
        freed_nic = NULL;
        memset(nc, 0, info->size);
        return nc;
    }
    nc = calloc(1, info->size);
    FAKE_CHECK(nc);
    return nc;
}

NetClientState *qemu_new_net_client(NetClientInfo *info, NetClientState *peer,
                                    const char *model, const char *name)
{
    NetClientState *nc;

    FAKE_CHECK(info->size >= sizeof(*nc));
    FAKE_CHECK(model && name);
    FAKE_CHECK(!peer || !peer->peer);
    nc = allocate(info);
    nc->info = info;
    nc->model = strdup(model);
    nc->name = strdup(name);
    nc->peer = peer;
    if (peer) {
        peer->peer = nc;
    }
    nc->incoming = queue_new();
    nc->next = clients;
    clients = nc;
    return nc;
}

void client_unlist(NetClientState *client)
{
    for (NetClientState **link = &clients; *link; link = &(*link)->next) {
        if (*link == client) {
            *link = client->next;
            return;
        }
    }
}

void client_free(NetClientState *client)
{
    if (client->peer) {
        client->peer->peer = NULL;
    }
    queue_free(client->incoming);
    free(client->model);
    free(client->name);
    if (client->info->type == DRIVER_NIC && !freed_nic) {
        freed_nic = client;
    } else {
        free(client);
    }
}

static void cleanup(NetClientState *nc)
{
    client_unlist(nc);
    if (nc->info->cleanup) {
        nc->info->cleanup(nc);
    }
    /* They would call back into what cleanup has freed. */
    FAKE_CHECK(!nc->peer || !queue_holds(nc->peer->incoming, nc));
}

void qemu_del_net_client(NetClientState *nc)
{
    struct fake_nic *nic;

    FAKE_CHECK(nc->info->type != DRIVER_NIC);
    if (!nc->peer || nc->peer->info->type != DRIVER_NIC) {
        cleanup(nc);
        client_free(nc);
        return;
    }
    memcpy(&nic, nc->peer + 1, sizeof(nic));
    nic->peer_deleted = true;
    nc->peer->link_down = 1;
    if (CLEANS_UP_AT_ONCE) {
        cleanup(nc);
    } else {
        client_unlist(nc);
    }
}

int qemu_find_net_clients_except(const char *id, NetClientState **found,
                                 uint32_t type, int max)
{
    int count = 0;

    for (NetClientState *nc = clients; nc; nc = nc->next) {
        if (nc->info->type != type && (!id || strcmp(nc->name, id) == 0)) {
            if (count < max) {
                found[count] = nc;
            }
            count++;
        }
    }
    return count;
}

void qemu_set_info_str(NetClientState *nc, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(nc->info_str, sizeof(nc->info_str), format, arguments);
    va_end(arguments);
}

void fake_netdev_del(NetClientState *client)
{
    qemu_del_net_client(client);
}

void fake_set_link(NetClientState *client, bool up)
{
    client->link_down = !up;
    if (client->info->link_status_changed) {
        client->info->link_status_changed(client);
    }
    if (client->peer) {
        client->peer->link_down = !up;
    }
}

int fake_client_count(void)
{
    int count = 0;

    for (NetClientState *nc = clients; nc; nc = nc->next) {
        count++;
    }
    return count;
}

NetClientState *client_first(void)
{
    return clients;
}
