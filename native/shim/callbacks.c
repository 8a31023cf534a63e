/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "callbacks.h"
#include "client.h"
#include "l2tp_plane.h"
#include "netdev.h"
#include "nic.h"

/*
 * QEMU allocates this much for a client that we make, and zeroes it.
 * NetClientState is 0x178 bytes and may grow; our pointer is at the far end.
 */
#define CLIENT_SIZE 4096

/* Newer releases look at slots behind the end of an older struct. They must
 * find NULL: QEMU 10.1 and later would call anything else. */
#define INFO_SIZE 512

/* QEMU keeps pointers to these, so there is one of each, for all clients. */
static unsigned char info[INFO_SIZE] __attribute__((aligned(16)));
static unsigned char adopted_info[INFO_SIZE] __attribute__((aligned(16)));

void *callbacks_info(void)
{
    return info;
}

void *callbacks_info_adopted(void)
{
    return adopted_info;
}

bool callbacks_are_of(const NetClientState *client)
{
    const void *its = client_info(client);

    return its == info || its == adopted_info;
}

/* Returns 0 when the session is full: QEMU keeps the frame and stops until
 * l2tp_host.resume_guest. Anything else, even negative, means "consumed". */
static ssize_t on_receive(NetClientState *client, const uint8_t *frame,
                          size_t size)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        return (ssize_t)size;
    }
    nic_forget_old(netdev);
    return l2tp_session_transmit(netdev->session, frame, size);
}

static ssize_t on_receive_raw(NetClientState *client, const uint8_t *frame,
                              size_t size)
{
    struct netdev *netdev = client_netdev(client);

    return netdev ? l2tp_session_transmit_raw(netdev->session, frame, size)
                  : (ssize_t)size;
}

static ssize_t on_receive_iov(NetClientState *client, const struct iovec *iov,
                              int count)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        /* Any size but 0 means "consumed". */
        return 1;
    }
    nic_forget_old(netdev);
    return l2tp_session_transmit_iov(netdev->session, iov, count);
}

static bool on_can_receive(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return !netdev || l2tp_session_can_transmit(netdev->session);
}

static void on_link_status_changed(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        l2tp_session_set_link(netdev->session, !client_link_is_down(client));
    }
}

static bool on_has_vnet_hdr(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return netdev && l2tp_session_has_vnet_header(netdev->session);
}

static bool on_has_uso(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return netdev && l2tp_session_has_uso(netdev->session);
}

static bool on_has_vnet_hdr_len(NetClientState *client, int length)
{
    struct netdev *netdev = client_netdev(client);

    return netdev &&
           l2tp_session_has_vnet_header_length(netdev->session, length);
}

static void on_set_vnet_hdr_len(NetClientState *client, int length)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        nic_remember(netdev);
        l2tp_session_set_vnet_header_length(netdev->session, length);
    }
}

static void on_using_vnet_hdr(NetClientState *client, bool enable)
{
    /* Up to 9.0. set_vnet_hdr_len tells the session all it needs. */
    (void)client;
    (void)enable;
}

/* In 8.0 to 9.0, e1000e, igb and vmxnet3 ask for each frame whether they may
 * put a header in front of it, and leave the offloads that it asks for to us.
 */
static int on_get_vnet_hdr_len(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        return 0;
    }
    nic_forget_old(netdev);
    return client_vnet_header_length(client);
}

static bool on_get_using_vnet_hdr(NetClientState *client)
{
    return on_get_vnet_hdr_len(client) > 0;
}

static void set_offloads(NetClientState *client, uint32_t offloads)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        l2tp_session_set_offloads(netdev->session, offloads);
    }
}

static void on_set_offload_7_ints(NetClientState *client, int csum, int tso4,
                                  int tso6, int ecn, int ufo, int uso4,
                                  int uso6)
{
    set_offloads(
        client,
        (csum ? L2TP_OFFLOAD_CSUM : 0) | (tso4 ? L2TP_OFFLOAD_TSO4 : 0) |
            (tso6 ? L2TP_OFFLOAD_TSO6 : 0) | (ecn ? L2TP_OFFLOAD_ECN : 0) |
            (ufo ? L2TP_OFFLOAD_UFO : 0) | (uso4 ? L2TP_OFFLOAD_USO4 : 0) |
            (uso6 ? L2TP_OFFLOAD_USO6 : 0));
}

static void on_set_offload_5_ints(NetClientState *client, int csum, int tso4,
                                  int tso6, int ecn, int ufo)
{
    on_set_offload_7_ints(client, csum, tso4, tso6, ecn, ufo, 0, 0);
}

/* From 10.2 on: nine bools of one byte each, in the order of L2TP_OFFLOAD_*.
 * The struct is on the caller's stack. */
static void on_set_offload_struct(NetClientState *client,
                                  const unsigned char *accepted)
{
    uint32_t offloads = 0;

    for (unsigned int i = 0; i < 9; i++) {
        offloads |= accepted[i] ? 1u << i : 0;
    }
    set_offloads(client, offloads);
}

static void set_slot(int offset, const void *function)
{
    if (offset != LAYOUT_NONE) {
        memcpy(info + offset, &function, sizeof(function));
    }
}

void callbacks_set_layout(const struct layout *layout,
                          callbacks_cleanup *cleanup)
{
    static const void *const set_offload[] = {
        [LAYOUT_OFFLOAD_5_INTS] = on_set_offload_5_ints,
        [LAYOUT_OFFLOAD_7_INTS] = on_set_offload_7_ints,
        [LAYOUT_OFFLOAD_STRUCT] = on_set_offload_struct,
    };
    const uint32_t type = QEMU_NET_CLIENT_DRIVER_L2TPV3;
    const size_t client_size = CLIENT_SIZE;
    const size_t adopted_size = STOCK_CLIENT_SIZE;

    memcpy(info + QEMU_INFO_TYPE, &type, sizeof(type));
    memcpy(info + QEMU_INFO_CLIENT_SIZE, &client_size, sizeof(client_size));
    set_slot(layout->receive, on_receive);
    /* Up to 9.0, announce frames arrive here, always without a vnet header. */
    set_slot(layout->receive_raw, on_receive_raw);
    set_slot(layout->receive_iov, on_receive_iov);
    set_slot(layout->can_receive, on_can_receive);
    set_slot(layout->cleanup, cleanup);
    set_slot(layout->link_status_changed, on_link_status_changed);
    set_slot(layout->has_uso, on_has_uso);
    set_slot(layout->has_vnet_hdr, on_has_vnet_hdr);
    set_slot(layout->has_vnet_hdr_len, on_has_vnet_hdr_len);
    set_slot(layout->get_using_vnet_hdr, on_get_using_vnet_hdr);
    set_slot(layout->using_vnet_hdr, on_using_vnet_hdr);
    set_slot(layout->get_vnet_hdr_len, on_get_vnet_hdr_len);
    set_slot(layout->set_vnet_hdr_len, on_set_vnet_hdr_len);
    set_slot(layout->set_offload, set_offload[layout->offload_form]);
    memcpy(adopted_info, info, sizeof(info));
    memcpy(adopted_info + QEMU_INFO_CLIENT_SIZE, &adopted_size,
           sizeof(adopted_size));
}
