/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "callbacks.h"
#include "client.h"
#include "descriptors.h"
#include "host.h"
#include "life.h"
#include "object.h"
#include "options.h"
#include "runtime.h"
#include "settings.h"

#define ERROR_SIZE 1024
/* Why the runtime does not start. With a prefix, it must fit into an error. */
#define REASON_SIZE 768

static void free_netdev(struct netdev *netdev)
{
    if (netdev) {
        qemu.qemu_bh_delete(netdev->bottom_half);
        qemu.timer_del(&netdev->timer);
        qemu.timer_deinit(&netdev->timer);
        free(netdev);
    }
}

/*
 * Frames of ours that wait at the NIC carry a callback into this client. So
 * they are purged first, which calls it with 0.
 */
void life_cleanup(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        return;
    }
    qemu.qemu_purge_queued_packets(client);
    object_remove(netdev);
    l2tp_session_close(netdev->session);
    client_set_netdev(client, NULL);
    free_netdev(netdev);
}

static bool open_session(struct netdev *netdev, const char *options,
                         char *error, size_t error_size)
{
    struct l2tp_session_config config = {
        .size = sizeof(config),
        .abi_version = L2TP_PLANE_ABI_VERSION,
        .options = options,
        .settings = settings_text(),
    };

    host_fill(&config.host, netdev);
    return l2tp_session_open(&config, &netdev->session, error, error_size) >= 0;
}

static struct netdev *new_netdev(NetClientState *client)
{
    struct netdev *netdev = calloc(1, sizeof(*netdev));

    if (!netdev) {
        return NULL;
    }
    netdev->client = client;
    /* From 7.2.6 on, QEMU follows the fourth argument when the bottom half
     * runs. Earlier releases have three parameters and never see it. */
    netdev->bottom_half =
        qemu.qemu_bh_new_full(host_on_bottom_half, netdev, "l2tpv3", NULL);
    qemu.timer_init_full(&netdev->timer, NULL, QEMU_CLOCK_REALTIME,
                         QEMU_TIMER_SCALE_MS, 0, host_on_timer, netdev);
    return netdev;
}

struct netdev *life_open(NetClientState *client, const char *options,
                         char *error, size_t error_size)
{
    char reason[REASON_SIZE];
    struct netdev *netdev;

    error[0] = '\0';
    /* QEMU creates its netdevs after -daemonize has forked. */
    if (!runtime_start(reason, sizeof(reason))) {
        snprintf(error, error_size, "l2tpv3: %s", reason);
        return NULL;
    }
    netdev = new_netdev(client);
    if (!netdev) {
        snprintf(error, error_size, "l2tpv3: out of memory");
        return NULL;
    }
    descriptors_mark();
    if (!open_session(netdev, options, error, error_size)) {
        free_netdev(netdev);
        return NULL;
    }
    object_add(netdev);
    return netdev;
}

int life_init(const Netdev *options, const char *name, NetClientState *peer,
              Error **errp)
{
    struct gstring *json = options_to_json(options, errp);
    char error[ERROR_SIZE];
    NetClientState *client;
    struct netdev *netdev;

    if (!json) {
        return -1;
    }
    client = qemu.qemu_new_net_client(callbacks_info(), peer, "l2tpv3", name);
    netdev = life_open(client, json->str, error, sizeof(error));
    options_free(json);
    if (!netdev) {
        /* Without a session, the callbacks of the client do nothing. */
        qemu_set_error(errp, error);
        qemu.qemu_del_net_client(client);
        return -1;
    }
    client_set_netdev(client, netdev);
    return 0;
}
