/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes over netdevs that exist, by exchanging the info that QEMU calls them
 * through:
 *
 *     NetClientState --info--> stock        NetClientState --info--> ours
 *     state, socket, handlers         =>    nothing but our pointer
 *
 * The client itself stays, and with it what points to it: filters, a hub port,
 * the NIC that -nic is about to make.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "netdev.h"
#include "stock.h"

#define REASON_SIZE 1024
/* Room for a name and two addresses, each byte escaped, and the numbers. */
#define OPTIONS_SIZE 8192

enum outcome {
    ADOPTED,
    /* The stock backend goes on as before. */
    LEFT,
    /* Neither works. */
    LOST,
};

static void exchange_info(NetClientState *client, struct netdev *netdev)
{
    const void *info = client_info_adopted();

    memcpy((char *)client + QEMU_CLIENT_INFO, &info, sizeof(info));
    client_set_netdev(client, netdev);
}

static enum outcome replace(const struct stock *stock, const char *options,
                            char *reason)
{
    char *info_text = (char *)stock->client + QEMU_CLIENT_INFO_STR;
    char stock_text[QEMU_CLIENT_INFO_STR_SIZE];
    struct netdev *netdev;

    memcpy(stock_text, info_text, sizeof(stock_text));
    if (!stock_close_socket(stock)) {
        snprintf(reason, REASON_SIZE,
                 "l2tpv3 netdev '%s': no file descriptor is free", stock->name);
        return LEFT;
    }
    netdev = netdev_open(stock->client, options, reason, REASON_SIZE);
    if (netdev) {
        stock_release(stock);
        exchange_info(stock->client, netdev);
        return ADOPTED;
    }
    memcpy(info_text, stock_text, sizeof(stock_text));
    return stock_reopen_socket(stock) ? LEFT : LOST;
}

static enum outcome adopt(NetClientState *client, const struct layout *layout,
                          char *reason)
{
    char options[OPTIONS_SIZE];
    struct stock stock;

    if (!stock_read(client, layout, &stock) ||
        !stock_options(&stock, options, sizeof(options))) {
        snprintf(reason, REASON_SIZE,
                 "l2tpv3 netdev '%s': what QEMU's own backend keeps of it is "
                 "not as known",
                 client_name(client));
        return LEFT;
    }
    return replace(&stock, options, reason);
}

static int report(enum outcome outcome, bool require, const char *reason)
{
    if (outcome == ADOPTED) {
        return 0;
    }
    if (outcome == LEFT && !require) {
        fprintf(stderr,
                "qemu-l2tpv3: warning: %s; QEMU's own backend stays in place "
                "for it\n",
                reason);
        return 0;
    }
    fprintf(stderr, "qemu-l2tpv3: error: %s%s\n", reason,
            outcome == LOST ? "; its port is taken meanwhile" : "");
    return -1;
}

NetClientState **adopt_list_clients(int *count)
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

int adopt_netdevs(const struct layout *layout, bool require)
{
    char reason[REASON_SIZE];
    int result = 0;
    int count;
    NetClientState **clients = adopt_list_clients(&count);

    if (!clients) {
        fprintf(stderr, "qemu-l2tpv3: error: out of memory\n");
        return -1;
    }
    for (int i = 0; i < count && result == 0; i++) {
        if (stock_is(clients[i])) {
            result = report(adopt(clients[i], layout, reason), require, reason);
        }
    }
    free(clients);
    return result;
}
