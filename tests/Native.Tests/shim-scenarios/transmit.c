/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest to wire, and what a NIC asks and tells its backend. */
#include "shim_scenarios.h"

static const uint8_t frame[60] = {0xab};

SCENARIO(a_frame_of_the_guest_reaches_the_session, .releases = EVERY_RELEASE)
{
    NetClientState *client = add_netdev("n0");
    struct fake_nic *nic = fake_nic_add(client, true);

    EXPECT_NUMBER(fake_nic_send(nic, frame, sizeof(frame)), sizeof(frame));
    EXPECT_TEXT(fake_plane_take_calls(),
                "can_transmit\ntransmit_iov 60 in 3\n");
    EXPECT_NUMBER(client->info->receive(client, frame, 42), 42);
    EXPECT_TEXT(fake_plane_take_calls(), "transmit 42 ab\n");
#if HAS_RECEIVE_RAW
    EXPECT_NUMBER(client->info->receive_raw(client, frame, 60), 60);
    EXPECT_TEXT(fake_plane_take_calls(), "transmit_raw 60 ab\n");
#endif
    fake_nic_del(nic);
    fake_netdev_del(client);
}

SCENARIO(a_frame_the_session_refuses_waits_until_it_resumes)
{
    NetClientState *client = add_netdev("n0");
    struct fake_nic *nic = fake_nic_add(client, true);
    const struct l2tp_host *host = fake_plane_host();

    /* The NIC asks before it sends, so refuse without saying so before. */
    client->info->can_receive = NULL;
    fake_plane.full = 1;
    EXPECT_NUMBER(fake_nic_send(nic, frame, sizeof(frame)), 0);
    EXPECT_NUMBER(fake_nic_send(nic, frame, 50), 0);
    EXPECT_TEXT(fake_plane_take_calls(), "transmit_iov 60 in 3\n");
    host->resume_guest(host->opaque);
    EXPECT_TEXT(fake_plane_take_calls(), "transmit_iov 60 in 3\n");
    EXPECT_NUMBER(nic->completions, 0);
    fake_plane.full = 0;
    host->resume_guest(host->opaque);
    EXPECT_TEXT(fake_plane_take_calls(),
                "transmit_iov 60 in 3\ntransmit_iov 50 in 3\n");
    EXPECT_NUMBER(nic->completions, 2);
    fake_nic_del(nic);
    fake_netdev_del(client);
}

SCENARIO(a_nic_asks_the_session_whether_it_may_send)
{
    NetClientState *client = add_netdev("n0");

    EXPECT_NUMBER(qemu_can_receive_packet(client), 1);
    fake_plane.full = 1;
    EXPECT_NUMBER(qemu_can_receive_packet(client), 0);
    EXPECT_TEXT(fake_plane_take_calls(), "can_transmit\ncan_transmit\n");
    fake_netdev_del(client);
}

SCENARIO(the_vnet_header_is_negotiated_with_the_session,
         .releases = EVERY_RELEASE)
{
    NetClientState *client = add_netdev("n0");

    EXPECT(!qemu_has_vnet_hdr(client));
    EXPECT(!qemu_has_vnet_hdr_len(client, 10));
    fake_plane.has_vnet_header = 1;
    EXPECT(qemu_has_vnet_hdr(client));
    EXPECT(qemu_has_vnet_hdr_len(client, 12));
#if HAS_USING_VNET_HDR
    /* Says what set_vnet_hdr_len says again: nothing of it gets through. */
    qemu_using_vnet_hdr(client, true);
#endif
#if HAS_VNET_GETTERS
    EXPECT(!qemu_get_using_vnet_hdr(client));
    EXPECT_NUMBER(qemu_get_vnet_hdr_len(client), 0);
#endif
    qemu_set_vnet_hdr_len(client, 12);
#if HAS_VNET_GETTERS
    EXPECT(qemu_get_using_vnet_hdr(client));
    EXPECT_NUMBER(qemu_get_vnet_hdr_len(client), 12);
#endif
    EXPECT_TEXT(fake_plane_take_calls(),
                "has_vnet_header\nhas_vnet_header_length 10\n"
                "has_vnet_header\nhas_vnet_header_length 12\n"
                "set_vnet_header_length 12\n");
#if HAS_USO
    EXPECT(qemu_has_uso(client));
    EXPECT_TEXT(fake_plane_take_calls(), "has_uso\n");
#endif
    /* Offered by neither side. */
    EXPECT(!qemu_has_ufo(client));
#if HAS_TUNNEL
    EXPECT(!qemu_has_tunnel(client));
#endif
    /* Byte order is QEMU's to care for. */
    EXPECT_NUMBER(qemu_set_vnet_be(client, true), -38);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_netdev_del(client);
}

/* QEMU tells nobody that the NIC which set it is gone. */
SCENARIO(a_vnet_header_length_dies_with_its_nic)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    struct fake_nic *nic;

    for (int receives = 0; receives < 2; receives++) {
        nic = fake_nic_add(client, true);
        qemu_set_vnet_hdr_len(client, 12);
        fake_nic_send(nic, frame, sizeof(frame));
        host->describe_guest(host->opaque);
        EXPECT_TEXT(fake_plane_take_calls(),
                    "set_vnet_header_length 12\n"
                    "can_transmit\ntransmit_iov 60 in 3\n");
        fake_nic_del(nic);
        /* One that has never heard of such a header. */
        nic = fake_nic_add(client, false);
        if (receives) {
            host->describe_guest(host->opaque);
        } else {
            client->info->receive(client, frame, 60);
        }
        EXPECT_TEXT(fake_plane_take_calls(),
                    receives ? "set_vnet_header_length 0\nset_offloads 000\n"
                             : "set_vnet_header_length 0\nset_offloads 000\n"
                               "transmit 60 ab\n");
        EXPECT_NUMBER(client->vnet_hdr_len, 0);
        fake_nic_send(nic, frame, sizeof(frame));
        EXPECT_TEXT(fake_plane_take_calls(),
                    "can_transmit\ntransmit_iov 60 in 3\n");
        fake_nic_del(nic);
    }
    fake_netdev_del(client);
}

/* Offload `bit` alone, in the release's own form. */
static void set_offload(NetClientState *client, unsigned int bit)
{
    int on[9] = {0};

    on[bit] = 1;
#if HAS_TUNNEL
    qemu_set_offload(client,
                     &(struct offloads){on[0], on[1], on[2], on[3], on[4],
                                        on[5], on[6], on[7], on[8]});
#elif HAS_USO
    qemu_set_offload(client, on[0], on[1], on[2], on[3], on[4], on[5], on[6]);
#else
    qemu_set_offload(client, on[0], on[1], on[2], on[3], on[4]);
#endif
}

SCENARIO(each_offload_keeps_its_meaning, .releases = EVERY_RELEASE)
{
    static const uint32_t meaning[] = {
        L2TP_OFFLOAD_CSUM, L2TP_OFFLOAD_TSO4,   L2TP_OFFLOAD_TSO6,
        L2TP_OFFLOAD_ECN,  L2TP_OFFLOAD_UFO,    L2TP_OFFLOAD_USO4,
        L2TP_OFFLOAD_USO6, L2TP_OFFLOAD_TUNNEL, L2TP_OFFLOAD_TUNNEL_CSUM,
    };
    const unsigned int count = HAS_TUNNEL ? 9 : HAS_USO ? 7 : 5;
    NetClientState *client = add_netdev("n0");

    for (unsigned int i = 0; i < count; i++) {
        char expected[32];

        set_offload(client, i);
        snprintf(expected, sizeof(expected), "set_offloads %03x\n", meaning[i]);
        EXPECT_TEXT(fake_plane_take_calls(), expected);
    }
    fake_netdev_del(client);
}

SCENARIO(a_change_of_the_link_reaches_the_session)
{
    NetClientState *client = add_netdev("n0");

    fake_set_link(client, false);
    fake_set_link(client, true);
    EXPECT_TEXT(fake_plane_take_calls(), "set_link 0\nset_link 1\n");
    fake_netdev_del(client);
}
