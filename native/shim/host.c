/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client.h"
#include "host.h"
#include "nic.h"

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

/* size 0: purged, not delivered. That may happen inside life_cleanup. */
static void on_sent(NetClientState *client, ssize_t size)
{
    struct netdev *netdev = client_netdev(client);

    if (netdev) {
        l2tp_session_delivered(netdev->session, size);
    }
}

/*
 * When the guest takes no more, QEMU queues frames that have a completion
 * callback without limit. So the data plane stops at the first 0.
 */
static ssize_t host_deliver(void *opaque, uint8_t *frame, size_t size)
{
    struct netdev *netdev = opaque;

    return qemu.qemu_send_packet_async(netdev->client, frame, (int)size,
                                       on_sent);
}

/* The data plane asks before it delivers a batch of frames: the moment to
 * notice that the netdev has another NIC. */
static uint32_t host_describe_guest(void *opaque)
{
    struct netdev *netdev = opaque;
    const void *peer = client_peer(netdev->client);

    nic_forget_old(netdev);
    if (!peer) {
        return L2TP_GUEST_NO_NIC;
    }
    /* In both cases qemu_send_packet_async would say that it took the frame. */
    if (client_link_is_down(netdev->client) || client_link_is_down(peer)) {
        return L2TP_GUEST_LINK_DOWN;
    }
    return client_wants_padding(peer) ? L2TP_GUEST_PADS : 0;
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
