/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"
#include "nic.h"

static struct nic present_nic(const struct netdev *netdev)
{
    struct nic nic = {.client = client_peer(netdev->client)};

    if (nic.client) {
        nic.info = client_info(nic.client);
    }
    return nic;
}

void nic_remember(struct netdev *netdev)
{
    netdev->vnet_header_nic = present_nic(netdev);
}

void nic_forget_old(struct netdev *netdev)
{
    struct nic nic;

    if (!netdev->vnet_header_nic.client) {
        return;
    }
    nic = present_nic(netdev);
    if (nic.client == netdev->vnet_header_nic.client &&
        nic.info == netdev->vnet_header_nic.info) {
        return;
    }
    netdev->vnet_header_nic = (struct nic){NULL, NULL};
    client_set_vnet_header_length(netdev->client, 0);
    l2tp_session_set_vnet_header_length(netdev->session, 0);
    l2tp_session_set_offloads(netdev->session, 0);
}
