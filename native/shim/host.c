/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The data plane calls us: the host of a session; and QEMU's event loop. */
#include "netdev.h"

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

void host_on_bottom_half(void *opaque)
{
    struct netdev *netdev = opaque;

    l2tp_session_run(netdev->session);
}

void host_on_timer(void *opaque)
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

/* Asked before a batch of frames is delivered: the moment to notice that the
 * NIC is another one. */
static uint32_t host_describe_guest(void *opaque)
{
    struct netdev *netdev = opaque;
    const char *client = (const char *)netdev->client;
    const char *peer = client_peer(netdev->client);

    client_forget_old_nic(netdev);
    if (!peer) {
        return L2TP_GUEST_NO_NIC;
    }
    /* qemu_send_packet_async says of both that the frame was taken. */
    if (client[QEMU_CLIENT_LINK_DOWN] || peer[QEMU_CLIENT_LINK_DOWN]) {
        return L2TP_GUEST_LINK_DOWN;
    }
    return peer[QEMU_CLIENT_DO_NOT_PAD] ? 0 : L2TP_GUEST_PADS;
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

void host_fill(struct l2tp_host *host, struct netdev *netdev)
{
    *host = (struct l2tp_host){
        .size = sizeof(*host),
        .opaque = netdev,
        .deliver = host_deliver,
        .describe_guest = host_describe_guest,
        .watch = host_watch,
        .schedule = host_schedule,
        .set_timer = host_set_timer,
        .resume_guest = host_resume_guest,
        .set_info = host_set_info,
        .report = host_report,
    };
}
