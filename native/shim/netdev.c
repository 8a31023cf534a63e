/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netdev as QEMU sees it: a net client whose callbacks forward to a
 * session of the data plane (l2tp_plane.h has the table), and the other way
 * round, the session's host whose functions forward to QEMU.
 *
 *        QEMU                      this file                 data plane
 *   NIC --receive_iov-->  client_receive_iov  --> l2tp_session_transmit_iov
 *   NIC <--send_async---  host_deliver        <-- l2tp_host.deliver
 *   main loop ---------->  on_readable, ...   --> l2tp_session_readable, ...
 *
 * Beware: QEMU's `receive` is our transmit.
 *
 * Thread: everything here runs under QEMU's big lock. Not always in the main
 * thread, though: NICs with programmed I/O transmit from a vCPU thread.
 *
 * Life. QEMU frees the client; this file owns struct netdev, from init to
 * cleanup. QEMU 7.2 calls cleanup at netdev_del while the NIC still has the
 * client as its peer, and may call any other callback afterwards, until the
 * NIC goes; QEMU 10 calls cleanup only then. So every callback looks first
 * whether there is still a session (client_netdev).
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "l2tp_plane.h"
#include "mode.h"
#include "netdev.h"
#include "options.h"

/*
 * QEMU allocates this much for the client, zeroed. NetClientState is 0x178
 * bytes and may grow; our pointer is at the far end.
 */
#define CLIENT_SIZE 4096
#define CLIENT_NETDEV (CLIENT_SIZE - sizeof(void *))

/* Newer releases look at slots behind the end of older ones; those are NULL.
 * QEMU 10.1 and later would call whatever follows a shorter struct. */
#define INFO_SIZE 512

#define INFO_TYPE 0x00
#define INFO_CLIENT_SIZE 0x08

struct netdev {
    NetClientState *client;
    struct l2tp_session *session;
    QEMUBH *bottom_half;
    union {
        unsigned char bytes[QEMU_TIMER_SIZE];
        max_align_t alignment;
    } timer;
};

/* QEMU keeps a pointer to it: the same for all clients, for ever. */
static unsigned char info[INFO_SIZE] __attribute__((aligned(16)));

/* --- fields of the client ------------------------------------------------ */

static void *client_pointer(const NetClientState *client, size_t offset)
{
    void *value;

    memcpy(&value, (const char *)client + offset, sizeof(value));
    return value;
}

/* NULL after cleanup and before init is done. */
static struct netdev *client_netdev(const NetClientState *client)
{
    return client_pointer(client, CLIENT_NETDEV);
}

static void client_set_netdev(NetClientState *client, struct netdev *netdev)
{
    memcpy((char *)client + CLIENT_NETDEV, &netdev, sizeof(netdev));
}

/* --- QEMU calls us: the client's callbacks -------------------------------- */

/* Returns 0: full, QEMU keeps the frame and stops until host_resume_guest.
 * Anything else, negative too, means consumed. */
static ssize_t client_receive(NetClientState *client, const uint8_t *frame,
                              size_t size)
{
    struct netdev *netdev = client_netdev(client);

    return netdev ? l2tp_session_transmit(netdev->session, frame, size)
                  : (ssize_t)size;
}

static ssize_t client_receive_iov(NetClientState *client,
                                  const struct iovec *iov, int count)
{
    struct netdev *netdev = client_netdev(client);

    /* Any size but 0 says "consumed". */
    return netdev ? l2tp_session_transmit_iov(netdev->session, iov, count) : 1;
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
        l2tp_session_set_vnet_header_length(netdev->session, length);
    }
}

static void client_using_vnet_hdr(NetClientState *client, bool enable)
{
    /* 7.2 announces here what set_vnet_hdr_len says again. */
    (void)client;
    (void)enable;
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
static void client_cleanup(NetClientState *client)
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

/* --- QEMU calls us: the event loop ---------------------------------------- */

static void on_readable(void *opaque)
{
    struct netdev *netdev = opaque;

    l2tp_session_readable(netdev->session);
}

static void on_writable(void *opaque)
{
    struct netdev *netdev = opaque;

    l2tp_session_writable(netdev->session);
}

static void on_bottom_half(void *opaque)
{
    struct netdev *netdev = opaque;

    l2tp_session_run(netdev->session);
}

static void on_timer(void *opaque)
{
    struct netdev *netdev = opaque;

    l2tp_session_timer(netdev->session);
}

/* size 0: purged, not delivered. May come from inside client_cleanup. */
static void on_sent(NetClientState *client, ssize_t size)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        l2tp_session_delivered(netdev->session, size);
    }
}

/* --- the data plane calls us: its host -------------------------------------
 */

/*
 * A frame with a completion callback is queued without limit when the guest
 * takes no more, so the plane stops at the first 0.
 */
static ssize_t host_deliver(void *opaque, uint8_t *frame, size_t size)
{
    struct netdev *netdev = opaque;

    return qemu.qemu_send_packet_async(netdev->client, frame, (int)size,
                                       on_sent);
}

static int32_t host_pads_short_frames(void *opaque)
{
    struct netdev *netdev = opaque;
    const char *peer = client_pointer(netdev->client, QEMU_CLIENT_PEER);

    return peer && !peer[QEMU_CLIENT_DO_NOT_PAD];
}

static void host_watch(void *opaque, int32_t fd, uint32_t interest)
{
    qemu.qemu_set_fd_handler(
        fd, interest & L2TP_WATCH_READ ? on_readable : NULL,
        interest & L2TP_WATCH_WRITE ? on_writable : NULL, opaque);
}

static void host_schedule(void *opaque)
{
    struct netdev *netdev = opaque;

    qemu.qemu_bh_schedule(netdev->bottom_half);
}

static void host_set_timer(void *opaque, int64_t delay_ms)
{
    struct netdev *netdev = opaque;

    if (delay_ms < 0) {
        qemu.timer_del(&netdev->timer);
        return;
    }
    qemu.timer_mod(&netdev->timer, qemu.qemu_clock_get_ns(QEMU_CLOCK_REALTIME) /
                                           QEMU_TIMER_SCALE_MS +
                                       delay_ms);
}

static void host_resume_guest(void *opaque)
{
    struct netdev *netdev = opaque;

    qemu.qemu_flush_queued_packets(netdev->client);
}

static void host_set_info(void *opaque, const char *text)
{
    struct netdev *netdev = opaque;

    qemu.qemu_set_info_str(netdev->client, "%s", text);
}

static void host_report(void *opaque, int32_t severity, const char *text)
{
    (void)opaque;
    switch (severity) {
    case L2TP_REPORT_INFO:
        qemu.info_report("%s", text);
        break;
    case L2TP_REPORT_WARNING:
        qemu.warn_report("%s", text);
        break;
    default:
        qemu.error_report("%s", text);
        break;
    }
}

/* --- making one ------------------------------------------------------------
 */

static void set_slot(int offset, const void *function)
{
    if (offset != LAYOUT_NONE) {
        memcpy(info + offset, &function, sizeof(function));
    }
}

void netdev_set_layout(const struct layout *layout)
{
    static const void *const set_offload[] = {
        [LAYOUT_OFFLOAD_5_INTS] = client_set_offload_5_ints,
        [LAYOUT_OFFLOAD_7_INTS] = client_set_offload_7_ints,
        [LAYOUT_OFFLOAD_STRUCT] = client_set_offload_struct,
    };
    const uint32_t type = QEMU_NET_CLIENT_DRIVER_L2TPV3;
    const size_t client_size = CLIENT_SIZE;

    memcpy(info + INFO_TYPE, &type, sizeof(type));
    memcpy(info + INFO_CLIENT_SIZE, &client_size, sizeof(client_size));
    set_slot(layout->receive, client_receive);
    /* Up to 9.0, announce frames come here, always without a vnet header. */
    set_slot(layout->receive_raw, client_receive);
    set_slot(layout->receive_iov, client_receive_iov);
    set_slot(layout->can_receive, client_can_receive);
    set_slot(layout->cleanup, client_cleanup);
    set_slot(layout->link_status_changed, client_link_status_changed);
    set_slot(layout->has_vnet_hdr, client_has_vnet_hdr);
    set_slot(layout->has_vnet_hdr_len, client_has_vnet_hdr_len);
    set_slot(layout->using_vnet_hdr, client_using_vnet_hdr);
    set_slot(layout->set_vnet_hdr_len, client_set_vnet_hdr_len);
    set_slot(layout->set_offload, set_offload[layout->offload_form]);
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
    const struct l2tp_session_config config = {
        .size = sizeof(config),
        .abi_version = L2TP_PLANE_ABI_VERSION,
        .options = options,
        .settings = mode_settings(),
        .host =
            {
                .size = sizeof(config.host),
                .opaque = netdev,
                .deliver = host_deliver,
                .pads_short_frames = host_pads_short_frames,
                .watch = host_watch,
                .schedule = host_schedule,
                .set_timer = host_set_timer,
                .resume_guest = host_resume_guest,
                .set_info = host_set_info,
                .report = host_report,
            },
    };
    char error[1024] = "";

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
        qemu.qemu_bh_new_full(on_bottom_half, netdev, "l2tpv3", NULL);
    qemu.timer_init_full(&netdev->timer, NULL, QEMU_CLOCK_REALTIME,
                         QEMU_TIMER_SCALE_MS, 0, on_timer, netdev);
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
    client = qemu.qemu_new_net_client(info, peer, "l2tpv3", name);
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
