/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From netdev_add to the last callback. */
#include "shim_scenarios.h"

static const uint8_t frame[60] = {0xab};

static void expect_nothing_left(void)
{
    EXPECT_NUMBER(fake_client_count(), 0);
    EXPECT_NUMBER(fake_plane_open_count(), 0);
    EXPECT_NUMBER(fake_handler_count(), 0);
    EXPECT_NUMBER(fake_bottom_half_count(), 0);
    EXPECT_NUMBER(fake_timer_count(), 0);
    /* The root and /l2tpv3 stay. */
    EXPECT(fake_object_count() <= 2);
    EXPECT_TEXT(fake_take_reports(), "");
}

/* Every callback a NIC can still make. */
static void call_everything(NetClientState *client)
{
    const struct iovec piece = {(void *)(uintptr_t)frame, sizeof(frame)};

    EXPECT(client->info->receive(client, frame, sizeof(frame)) != 0);
    EXPECT(client->info->receive_iov(client, &piece, 1) != 0);
    EXPECT(qemu_can_receive_packet(client));
    EXPECT(!qemu_has_vnet_hdr(client));
    EXPECT(!qemu_has_vnet_hdr_len(client, 12));
    qemu_set_vnet_hdr_len(client, 12);
#if HAS_RECEIVE_RAW
    EXPECT(client->info->receive_raw(client, frame, sizeof(frame)) != 0);
    qemu_using_vnet_hdr(client, true);
#endif
#if HAS_TUNNEL
    qemu_set_offload(client, &(struct offloads){.csum = true});
#elif HAS_USO
    qemu_set_offload(client, 1, 1, 1, 1, 1, 1, 1);
#else
    qemu_set_offload(client, 1, 1, 1, 1, 1);
#endif
    fake_set_link(client, false);
}

SCENARIO(a_session_that_cannot_open_leaves_nothing)
{
    char *error = NULL;

    fake_plane.open_error = "l2tpv3 netdev 'n0': src= is missing";
    EXPECT(!fake_netdev_add("n0", "{}", &error));
    EXPECT_TEXT(error, fake_plane.open_error);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    free(error);
    expect_nothing_left();
    /* The next one is not disturbed. */
    fake_plane.open_error = NULL;
    fake_netdev_del(add_netdev("n0"));
    expect_nothing_left();
}

SCENARIO(netdev_del_closes_the_session)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();

    /* What waits must not come any more. */
    host->schedule(host->opaque);
    host->set_timer(host->opaque, 10);
    fake_netdev_del(client);
    EXPECT_TEXT(fake_plane_take_calls(), "close\n");
    fake_clock_advance(1000);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    expect_nothing_left();
}

SCENARIO(netdev_del_under_a_nic_follows_the_release)
{
    NetClientState *client = add_netdev("n0");
    struct fake_nic *nic = fake_nic_add(client, true);

    fake_netdev_del(client);
    EXPECT_TEXT(fake_plane_take_calls(), CLEANS_UP_AT_ONCE ? "close\n" : "");
    /* The guest's driver still sets the NIC up. */
    qemu_set_vnet_hdr_len(client, 12);
    EXPECT_TEXT(fake_plane_take_calls(),
                CLEANS_UP_AT_ONCE ? "" : "set_vnet_header_length 12\n");
    fake_nic_del(nic);
    EXPECT_TEXT(fake_plane_take_calls(), CLEANS_UP_AT_ONCE ? "" : "close\n");
    expect_nothing_left();
}

SCENARIO(frames_queued_at_the_nic_are_purged_before_the_session_closes)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic = fake_nic_add(client, true);
    uint8_t copy[60] = {1};

    nic->room = 0;
    EXPECT_NUMBER(host->deliver(host->opaque, copy, sizeof(copy)), 0);
    fake_netdev_del(client);
    fake_nic_del(nic);
    EXPECT_TEXT(fake_plane_take_calls(), "delivered 0\nclose\n");
    expect_nothing_left();
}

SCENARIO(nothing_is_called_after_cleanup)
{
    NetClientState *client = add_netdev("n0");

    /* As 7.2 does it; the other releases are no worse for it. */
    client->info->cleanup(client);
    EXPECT_TEXT(fake_plane_take_calls(), "close\n");
    call_everything(client);
    client->info->cleanup(client);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_netdev_del(client);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    expect_nothing_left();
}

SCENARIO(a_netdev_outlives_its_nic)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();

    for (int i = 0; i < 3; i++) {
        struct fake_nic *nic = fake_nic_add(client, i % 2 == 0);
        uint8_t copy[60] = {(uint8_t)i};

        EXPECT_NUMBER(host->deliver(host->opaque, copy, sizeof(copy)), 60);
        EXPECT_NUMBER(nic->last[0], i);
        EXPECT_NUMBER(fake_nic_send(nic, frame, sizeof(frame)), 60);
        fake_nic_del(nic);
    }
    EXPECT_NUMBER(fake_plane_open_count(), 1);
    fake_netdev_del(client);
    expect_nothing_left();
}

SCENARIO(sixty_four_netdevs_do_not_mix)
{
    NetClientState *clients[64];
    struct l2tp_host hosts[64];
    char text[20];

    for (int i = 0; i < 64; i++) {
        snprintf(text, sizeof(text), "n%d", i);
        clients[i] = add_netdev(text);
        hosts[i] = *fake_plane_host();
    }
    for (int i = 0; i < 64; i++) {
        snprintf(text, sizeof(text), "info%d", i);
        hosts[i].set_info(hosts[i].opaque, text);
        EXPECT_TEXT(clients[i]->info_str, text);
    }
    EXPECT_NUMBER(fake_plane_open_count(), 64);
    for (int i = 0; i < 64; i++) {
        fake_netdev_del(clients[i]);
        EXPECT_NUMBER(fake_plane_open_count(), 63 - i);
    }
    expect_nothing_left();
}

SCENARIO(a_thousand_netdevs_come_and_go)
{
    for (int i = 0; i < 1000; i++) {
        NetClientState *client = add_netdev("n0");
        struct fake_nic *nic = fake_nic_add(client, true);

        fake_nic_send(nic, frame, sizeof(frame));
        fake_nic_del(nic);
        fake_netdev_del(client);
    }
    expect_nothing_left();
}
