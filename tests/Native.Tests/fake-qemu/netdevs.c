/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The table of netdev types, which the shim looks for, and how a netdev is
 * made from it. FAKE_QEMU_TABLE_HITS is how often the relocated read-only data
 * holds the address of net_init_l2tpv3: 1 in every QEMU seen.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#ifndef FAKE_QEMU_TABLE_HITS
#define FAKE_QEMU_TABLE_HITS 1
#endif

typedef int init_function(const Netdev *, const char *, NetClientState *,
                          Error **);

int fake_stock_calls;

static NetClientInfo stock_info = {
    .type = DRIVER_L2TPV3,
    .size = sizeof(NetClientState),
};

int net_init_l2tpv3(const Netdev *netdev, const char *name,
                    NetClientState *peer, Error **errp)
{
    (void)errp;
    FAKE_CHECK(netdev->type == DRIVER_L2TPV3);
    fake_stock_calls++;
    qemu_new_net_client(&stock_info, peer, "stock l2tpv3", name);
    return 0;
}

#if FAKE_QEMU_TABLE_HITS > 0
static init_function *const init_functions[DRIVER_COUNT] = {
    [DRIVER_L2TPV3] = net_init_l2tpv3,
};
#else
static init_function *init_functions[DRIVER_COUNT] = {
    [DRIVER_L2TPV3] = net_init_l2tpv3,
};
#endif

#if FAKE_QEMU_TABLE_HITS > 1
__attribute__((used)) static init_function *const second_table[2] = {
    NULL,
    net_init_l2tpv3,
};
#endif

static NetClientState *find(const char *name, NetClientState *first)
{
    while (first && strcmp(first->name, name) != 0) {
        first = first->next;
    }
    return first;
}

/* The options are freed right after init: what a backend keeps, it copies. */
static Netdev *new_options(const char *id, const char *json)
{
    Netdev *netdev = calloc(1, sizeof(*netdev));

    FAKE_CHECK(netdev);
    netdev->id = strdup(id);
    netdev->type = DRIVER_L2TPV3;
    netdev->json = strdup(json);
    return netdev;
}

static void free_options(Netdev *netdev)
{
    free(netdev->id);
    free(netdev->json);
    free(netdev);
}

NetClientState *fake_netdev_add(const char *id, const char *json, char **error)
{
    Netdev *netdev = new_options(id, json);
    /* Read at run time: the compiler knows what the table held. */
    init_function *const volatile *entry = &init_functions[netdev->type];
    int clients_before = fake_client_count();
    Error *problem = NULL;
    int result = (*entry)(netdev, netdev->id, NULL, &problem);
    NetClientState *client = NULL;

    free_options(netdev);
    if (result < 0) {
        FAKE_CHECK(problem);
        FAKE_CHECK(fake_client_count() == clients_before);
        *error = problem->text;
        free(problem);
        return NULL;
    }
    FAKE_CHECK(!problem);
    client = find(id, client_first());
    FAKE_CHECK(client);
    client->is_netdev = true;
    return client;
}
