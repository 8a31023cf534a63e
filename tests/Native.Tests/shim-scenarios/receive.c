/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Wire to guest. */
#include "shim_scenarios.h"

static ssize_t deliver(const struct l2tp_host *host, uint8_t first, size_t size)
{
    uint8_t *frame = calloc(1, size);
    ssize_t taken;

    frame[0] = first;
    taken = host->deliver(host->opaque, frame, size);
    /* The frame is the session's again: QEMU has made its copy. */
    free(frame);
    return taken;
}

SCENARIO(a_frame_of_the_session_reaches_the_guest)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic;

    /* Without a NIC it is consumed. */
    EXPECT_NUMBER(deliver(host, 1, 100), 100);
    nic = fake_nic_add(client, true);
    EXPECT_NUMBER(deliver(host, 0xcd, 1514), 1514);
    EXPECT_NUMBER(nic->frames, 1);
    EXPECT_NUMBER(nic->last_size, 1514);
    EXPECT_NUMBER(nic->last[0], 0xcd);
    EXPECT_NUMBER(deliver(host, 0xce, 65000), 65000);
    EXPECT_NUMBER(nic->last_size, 65000);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_nic_del(nic);
    fake_netdev_del(client);
}

SCENARIO(a_frame_the_guest_cannot_take_is_reported_when_it_leaves)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic = fake_nic_add(client, true);

    nic->room = 1;
    EXPECT_NUMBER(deliver(host, 1, 60), 60);
    EXPECT_NUMBER(deliver(host, 2, 61), 0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_nic_take(nic, 0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_nic_take(nic, 5);
    EXPECT_TEXT(fake_plane_take_calls(), "delivered 61\n");
    EXPECT_NUMBER(nic->last[0], 2);
    /* A NIC that goes throws its queue away. */
    nic->room = 0;
    EXPECT_NUMBER(deliver(host, 3, 62), 0);
    fake_nic_del(nic);
    EXPECT_TEXT(fake_plane_take_calls(), "delivered 0\n");
    fake_netdev_del(client);
}

SCENARIO(a_stopped_vm_queues_one_frame_and_goes_on)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic = fake_nic_add(client, true);

    fake_vm_set_running(false);
    EXPECT_NUMBER(deliver(host, 7, 60), 0);
    EXPECT_NUMBER(nic->frames, 0);
    fake_vm_set_running(true);
    fake_nic_take(nic, 10);
    EXPECT_NUMBER(nic->frames, 1);
    EXPECT_NUMBER(nic->last[0], 7);
    EXPECT_TEXT(fake_plane_take_calls(), "delivered 60\n");
    fake_nic_del(nic);
    fake_netdev_del(client);
}

SCENARIO(short_frames_are_padded_when_the_nic_wants_it)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic;

    EXPECT_NUMBER(host->describe_guest(host->opaque), L2TP_GUEST_NO_NIC);
    nic = fake_nic_add(client, true);
    EXPECT_NUMBER(host->describe_guest(host->opaque), 0);
    fake_nic_del(nic);
    EXPECT_NUMBER(host->describe_guest(host->opaque), L2TP_GUEST_NO_NIC);
    nic = fake_nic_add(client, false);
    EXPECT_NUMBER(host->describe_guest(host->opaque), L2TP_GUEST_PADS);
    /* The NIC's link, and then the netdev's. */
    nic->client->link_down = 1;
    EXPECT_NUMBER(host->describe_guest(host->opaque), L2TP_GUEST_LINK_DOWN);
    nic->client->link_down = 0;
    client->link_down = 1;
    EXPECT_NUMBER(host->describe_guest(host->opaque), L2TP_GUEST_LINK_DOWN);
    client->link_down = 0;
    fake_nic_del(nic);
    fake_netdev_del(client);
}
