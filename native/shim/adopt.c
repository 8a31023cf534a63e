/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Takes over a netdev that exists, by exchanging the info that QEMU calls it
 * through:
 *
 *     NetClientState --info--> stock        NetClientState --info--> ours
 *     state, socket, handlers         =>    nothing but our pointer
 *
 * The client itself stays, because others point to it: filters, a hub port, the
 * NIC that -nic is about to create.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "adopt.h"
#include "callbacks.h"
#include "client.h"
#include "life.h"
#include "stock.h"
#include "stock_options.h"

#define REASON_SIZE 1024
/* Room for a name and two addresses, with each byte escaped, and numbers. */
#define OPTIONS_SIZE 8192

enum outcome {
    ADOPTED,
    /* QEMU's own backend goes on as before. */
    LEFT,
    /* Neither backend works. */
    LOST,
};

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
    netdev = life_open(stock->client, options, reason, REASON_SIZE);
    if (netdev) {
        stock_release(stock);
        client_set_info(stock->client, callbacks_info_adopted());
        client_set_netdev(stock->client, netdev);
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
                 "l2tpv3 netdev '%s': the state that QEMU's own backend keeps "
                 "is not as expected",
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
            outcome == LOST ? "; meanwhile its port was taken" : "");
    return -1;
}

int adopt_netdevs(const struct layout *layout, bool require)
{
    char reason[REASON_SIZE];
    int result = 0;
    int count;
    NetClientState **clients = client_list(&count);

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
