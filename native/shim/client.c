/* SPDX-License-Identifier: GPL-2.0-or-later */
/* QEMU calls us: the net client's callbacks, each of which forwards. */
#include <string.h>

#include "netdev.h"
#include "stock.h"

/* Newer releases look at slots behind the end of older ones; those are NULL.
 * QEMU 10.1 and later would call whatever follows a shorter struct. */
#define INFO_SIZE 512

/* QEMU keeps pointers to them: the same for all clients, for ever. */
static unsigned char info[INFO_SIZE] __attribute__((aligned(16)));
static unsigned char adopted_info[INFO_SIZE] __attribute__((aligned(16)));

void *client_info(void)
{
    return info;
}

void *client_info_adopted(void)
{
    return adopted_info;
}

bool client_info_is_ours(const void *client_info)
{
    return client_info == info || client_info == adopted_info;
}

static void *client_pointer(const NetClientState *client, size_t offset)
{
    void *value;

    memcpy(&value, (const char *)client + offset, sizeof(value));
    return value;
}

const void *client_info_of(const NetClientState *client)
{
    return client_pointer(client, QEMU_CLIENT_INFO);
}

const char *client_name(const NetClientState *client)
{
    return client_pointer(client, QEMU_CLIENT_NAME);
}

/* Where our pointer is: at the end of what QEMU has allocated. */
static size_t netdev_place(const NetClientState *client)
{
    size_t size;

    memcpy(&size, (const char *)client_info_of(client) + QEMU_INFO_CLIENT_SIZE,
           sizeof(size));
    return size - sizeof(struct netdev *);
}

struct netdev *client_netdev(const NetClientState *client)
{
    return client_pointer(client, netdev_place(client));
}

void client_set_netdev(NetClientState *client, struct netdev *netdev)
{
    memcpy((char *)client + netdev_place(client), &netdev, sizeof(netdev));
}

const void *client_peer(const NetClientState *client)
{
    return client_pointer(client, QEMU_CLIENT_PEER);
}

static struct nic present_nic(const struct netdev *netdev)
{
    struct nic nic = {.client = client_peer(netdev->client)};

    if (nic.client) {
        nic.info = client_info_of(nic.client);
    }
    return nic;
}

void client_forget_old_nic(struct netdev *netdev)
{
    const int no_header = 0;
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
    memcpy((char *)netdev->client + QEMU_CLIENT_VNET_HDR_LEN, &no_header,
           sizeof(no_header));
    l2tp_session_set_vnet_header_length(netdev->session, no_header);
    l2tp_session_set_offloads(netdev->session, 0);
}

/* Returns 0: full, QEMU keeps the frame and stops until host_resume_guest.
 * Anything else, negative too, means consumed. */
static ssize_t client_receive(NetClientState *client, const uint8_t *frame,
                              size_t size)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        return (ssize_t)size;
    }
    client_forget_old_nic(netdev);
    return l2tp_session_transmit(netdev->session, frame, size);
}

static ssize_t client_receive_raw(NetClientState *client, const uint8_t *frame,
                                  size_t size)
{
    struct netdev *netdev = client_netdev(client);

    return netdev ? l2tp_session_transmit_raw(netdev->session, frame, size)
                  : (ssize_t)size;
}

static ssize_t client_receive_iov(NetClientState *client,
                                  const struct iovec *iov, int count)
{
    struct netdev *netdev = client_netdev(client);

    if (!netdev) {
        /* Any size but 0 says "consumed". */
        return 1;
    }
    client_forget_old_nic(netdev);
    return l2tp_session_transmit_iov(netdev->session, iov, count);
}

static bool client_can_receive(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return !netdev || l2tp_session_can_transmit(netdev->session);
}

static void client_link_status_changed(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);
    int down;

    memcpy(&down, (char *)client + QEMU_CLIENT_LINK_DOWN, sizeof(down));
    if (netdev) {
        l2tp_session_set_link(netdev->session, !down);
    }
}

static bool client_has_vnet_hdr(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return netdev && l2tp_session_has_vnet_header(netdev->session);
}

static bool client_has_uso(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);

    return netdev && l2tp_session_has_uso(netdev->session);
}

static bool client_has_vnet_hdr_len(NetClientState *client, int length)
{
    struct netdev *netdev = client_netdev(client);

    return netdev &&
           l2tp_session_has_vnet_header_length(netdev->session, length);
}

static void client_set_vnet_hdr_len(NetClientState *client, int length)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        netdev->vnet_header_nic = present_nic(netdev);
        l2tp_session_set_vnet_header_length(netdev->session, length);
    }
}

static void client_using_vnet_hdr(NetClientState *client, bool enable)
{
    /* Up to 9.0: set_vnet_hdr_len has said it already, or will. */
    (void)client;
    (void)enable;
}

/* Asked by e1000e, igb and vmxnet3 of 8.0 to 9.0 for each frame: whether they
 * may put a header in front, and leave its work to us. */
static int client_get_vnet_hdr_len(NetClientState *client)
{
    struct netdev *netdev = client_netdev(client);
    int length;

    if (!netdev) {
        return 0;
    }
    client_forget_old_nic(netdev);
    memcpy(&length, (char *)client + QEMU_CLIENT_VNET_HDR_LEN, sizeof(length));
    return length;
}

static bool client_get_using_vnet_hdr(NetClientState *client)
{
    return client_get_vnet_hdr_len(client) > 0;
}

static void set_offloads(NetClientState *client, uint32_t offloads)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        l2tp_session_set_offloads(netdev->session, offloads);
    }
}

static void client_set_offload_7_ints(NetClientState *client, int csum,
                                      int tso4, int tso6, int ecn, int ufo,
                                      int uso4, int uso6)
{
    set_offloads(
        client,
        (csum ? L2TP_OFFLOAD_CSUM : 0) | (tso4 ? L2TP_OFFLOAD_TSO4 : 0) |
            (tso6 ? L2TP_OFFLOAD_TSO6 : 0) | (ecn ? L2TP_OFFLOAD_ECN : 0) |
            (ufo ? L2TP_OFFLOAD_UFO : 0) | (uso4 ? L2TP_OFFLOAD_USO4 : 0) |
            (uso6 ? L2TP_OFFLOAD_USO6 : 0));
}

static void client_set_offload_5_ints(NetClientState *client, int csum,
                                      int tso4, int tso6, int ecn, int ufo)
{
    client_set_offload_7_ints(client, csum, tso4, tso6, ecn, ufo, 0, 0);
}

/* From 10.2 on: nine one-byte bools, in the order of L2TP_OFFLOAD_*. The
 * struct is the caller's, on its stack. */
static void client_set_offload_struct(NetClientState *client,
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

void client_set_layout(const struct layout *layout)
{
    static const void *const set_offload[] = {
        [LAYOUT_OFFLOAD_5_INTS] = client_set_offload_5_ints,
        [LAYOUT_OFFLOAD_7_INTS] = client_set_offload_7_ints,
        [LAYOUT_OFFLOAD_STRUCT] = client_set_offload_struct,
    };
    const uint32_t type = QEMU_NET_CLIENT_DRIVER_L2TPV3;
    const size_t client_size = CLIENT_SIZE;
    const size_t adopted_size = STOCK_CLIENT_SIZE;

    memcpy(info + QEMU_INFO_TYPE, &type, sizeof(type));
    memcpy(info + QEMU_INFO_CLIENT_SIZE, &client_size, sizeof(client_size));
    set_slot(layout->receive, client_receive);
    /* Up to 9.0, announce frames come here, always without a vnet header. */
    set_slot(layout->receive_raw, client_receive_raw);
    set_slot(layout->receive_iov, client_receive_iov);
    set_slot(layout->can_receive, client_can_receive);
    set_slot(layout->cleanup, netdev_cleanup);
    set_slot(layout->link_status_changed, client_link_status_changed);
    set_slot(layout->has_uso, client_has_uso);
    set_slot(layout->has_vnet_hdr, client_has_vnet_hdr);
    set_slot(layout->has_vnet_hdr_len, client_has_vnet_hdr_len);
    set_slot(layout->get_using_vnet_hdr, client_get_using_vnet_hdr);
    set_slot(layout->using_vnet_hdr, client_using_vnet_hdr);
    set_slot(layout->get_vnet_hdr_len, client_get_vnet_hdr_len);
    set_slot(layout->set_vnet_hdr_len, client_set_vnet_hdr_len);
    set_slot(layout->set_offload, set_offload[layout->offload_form]);
    memcpy(adopted_info, info, sizeof(info));
    memcpy(adopted_info + QEMU_INFO_CLIENT_SIZE, &adopted_size,
           sizeof(adopted_size));
}
