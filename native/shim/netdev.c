/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A netdev's beginning and end. */
#include <stdlib.h>
#include <string.h>

#include "mode.h"
#include "netdev.h"
#include "options.h"

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
 * Frames that the NIC has queued from us carry a callback into this client:
 * they go first (it is called with 0).
 */
void netdev_cleanup(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        return;
    }
    qemu.qemu_purge_queued_packets(client);
    l2tp_session_close(netdev->session);
    client_set_netdev(client, NULL);
    free_netdev(netdev);
}

static void set_error(Error **errp, const char *text)
{
    qemu.error_setg_internal(errp, __FILE__, __LINE__, __func__, "%s", text);
}

/* Shim and plane are linked together, but may have been compiled apart. */
static bool plane_fits(Error **errp)
{
    struct l2tp_plane_abi abi = {.abi_size = sizeof(abi)};

    if (l2tp_plane_get_abi(&abi) == 0 &&
        abi.abi_version == L2TP_PLANE_ABI_VERSION &&
        abi.config_size == sizeof(struct l2tp_session_config) &&
        abi.host_size == sizeof(struct l2tp_host)) {
        return true;
    }
    set_error(errp, "l2tpv3: shim and data plane do not fit together; install "
                    "one build of both");
    return false;
}

static bool open_session(struct netdev *netdev, const char *options,
                         Error **errp)
{
    struct l2tp_session_config config = {
        .size = sizeof(config),
        .abi_version = L2TP_PLANE_ABI_VERSION,
        .options = options,
        .settings = mode_settings(),
    };
    char error[1024] = "";

    host_fill(&config.host, netdev);
    if (l2tp_session_open(&config, &netdev->session, error, sizeof(error)) <
        0) {
        set_error(errp, error);
        return false;
    }
    return true;
}

static struct netdev *new_netdev(NetClientState *client)
{
    struct netdev *netdev = calloc(1, sizeof(*netdev));

    if (!netdev) {
        return NULL;
    }
    netdev->client = client;
    /* 7.2.6 and later follow the fourth argument when the bottom half runs;
     * earlier ones have three parameters and never see it. */
    netdev->bottom_half =
        qemu.qemu_bh_new_full(host_on_bottom_half, netdev, "l2tpv3", NULL);
    qemu.timer_init_full(&netdev->timer, NULL, QEMU_CLOCK_REALTIME,
                         QEMU_TIMER_SCALE_MS, 0, host_on_timer, netdev);
    return netdev;
}

int netdev_init(const Netdev *options, const char *name, NetClientState *peer,
                Error **errp)
{
    struct gstring *json;
    NetClientState *client;
    struct netdev *netdev;

    /* The first call into the plane starts the .NET runtime; QEMU makes its
     * netdevs after -daemonize has forked. */
    if (!plane_fits(errp)) {
        return -1;
    }
    json = options_to_json(options, errp);
    if (!json) {
        return -1;
    }
    client = qemu.qemu_new_net_client(client_info(), peer, "l2tpv3", name);
    netdev = new_netdev(client);
    if (netdev && open_session(netdev, json->str, errp)) {
        client_set_netdev(client, netdev);
        options_free(json);
        return 0;
    }
    if (!netdev) {
        set_error(errp, "l2tpv3: out of memory");
    }
    /* The client has no session: its callbacks do nothing, cleanup too. */
    options_free(json);
    free_netdev(netdev);
    qemu.qemu_del_net_client(client);
    return -1;
}
