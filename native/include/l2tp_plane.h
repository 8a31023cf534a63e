/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * l2tp_plane.h - the C ABI between the shim (native/shim), which knows QEMU,
 * and the data plane (managed/DataPlane), which knows L2TPv3. Neither side
 * knows anything else of the other.
 *
 * The calls mirror QEMU's net client callbacks one to one, so that the shim
 * only forwards. Beware of the direction: QEMU names its callbacks after what
 * the backend does with the guest's frame, so QEMU's `receive` is our
 * `transmit`. In this file:
 *
 *     transmit   guest -> wire
 *     receive    wire  -> guest
 *
 *       QEMU                   this header                        direction
 *       receive                l2tp_session_transmit              shim -> plane
 *       receive_iov            l2tp_session_transmit_iov          shim -> plane
 *       receive_raw            l2tp_session_transmit_raw          shim -> plane
 *       can_receive            l2tp_session_can_transmit          shim -> plane
 *       cleanup                l2tp_session_close                 shim -> plane
 *       link_status_changed    l2tp_session_set_link              shim -> plane
 *       has_vnet_hdr           l2tp_session_has_vnet_header       shim -> plane
 *       has_uso                l2tp_session_has_uso               shim -> plane
 *       has_vnet_hdr_len       l2tp_session_has_vnet_header_length
 *       set_vnet_hdr_len       l2tp_session_set_vnet_header_length
 *       set_offload            l2tp_session_set_offloads          shim -> plane
 *       fd handlers            l2tp_session_readable, _writable   shim -> plane
 *       bottom half            l2tp_session_run                   shim -> plane
 *       timer                  l2tp_session_timer                 shim -> plane
 *       qom-get, qom-set       l2tp_session_get, _set             shim -> plane
 *       sent_cb                l2tp_session_delivered             shim -> plane
 *
 *       qemu_send_packet_async        l2tp_host.deliver           plane -> shim
 *       qemu_set_fd_handler           l2tp_host.watch             plane -> shim
 *       qemu_bh_schedule              l2tp_host.schedule          plane -> shim
 *       timer_mod                     l2tp_host.set_timer         plane -> shim
 *       qemu_flush_queued_packets     l2tp_host.resume_guest      plane -> shim
 *       the NIC: is it there, is it   l2tp_host.describe_guest    plane -> shim
 *         up, does it want padding
 *       qemu_set_info_str             l2tp_host.set_info          plane -> shim
 *       warn_report, info_report      l2tp_host.report            plane -> shim
 *
 * Threads: the host holds one lock (QEMU's big lock) during every call, in
 * either direction. There is no other thread.
 *
 * Errors: 0 or a positive count means success, a negative errno failure. No
 * exception crosses the boundary.
 */
#ifndef L2TP_PLANE_H
#define L2TP_PLANE_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Raise it with each change that the other side, compiled before, would
 * misread. l2tp_session_open compares it. */
#define L2TP_PLANE_ABI_VERSION 2u

/* What the host watches a descriptor for (l2tp_host.watch). */
#define L2TP_WATCH_READ 1u
#define L2TP_WATCH_WRITE 2u

/* Severity of a log line (l2tp_host.report). */
#define L2TP_REPORT_INFO 0
#define L2TP_REPORT_WARNING 1
#define L2TP_REPORT_ERROR 2

/* The state of the guest's NIC (l2tp_host.describe_guest). */
/* It wants frames of at least 60 bytes. */
#define L2TP_GUEST_PADS 1u
/* There is none. */
#define L2TP_GUEST_NO_NIC 2u
/* Its link, or the netdev's, is down. */
#define L2TP_GUEST_LINK_DOWN 4u

/* Offloads the guest's NIC accepts on receive (l2tp_session_set_offloads). */
#define L2TP_OFFLOAD_CSUM 0x001u
#define L2TP_OFFLOAD_TSO4 0x002u
#define L2TP_OFFLOAD_TSO6 0x004u
#define L2TP_OFFLOAD_ECN 0x008u
#define L2TP_OFFLOAD_UFO 0x010u
#define L2TP_OFFLOAD_USO4 0x020u
#define L2TP_OFFLOAD_USO6 0x040u
#define L2TP_OFFLOAD_TUNNEL 0x080u
#define L2TP_OFFLOAD_TUNNEL_CSUM 0x100u

/* One L2TPv3 session (RFC 3931): one pseudowire, one netdev. Opaque. */
struct l2tp_session;

/*
 * What the plane may ask of its host. The plane calls these functions only
 * while the host calls the same session. It copies the table at open.
 */
struct l2tp_host {
    /* First argument of every function below. */
    void *opaque;

    /*
     * Deliver one Ethernet frame to the guest, with a vnet header in front if
     * a header length is set. The buffer belongs to the plane; the host may
     * write to it until it returns.
     *
     * Returns 0 when the host has queued a copy and takes no more. The plane
     * stops there, and goes on with the next frame after
     * l2tp_session_delivered. -EMSGSIZE: no buffers of the guest take a frame
     * of this size. -ENETDOWN: the guest has just closed its queue. Both are
     * drops. Any other value means "consumed".
     */
    ssize_t (*deliver)(void *opaque, uint8_t *frame, size_t size);

    /* Returns L2TP_GUEST_*. The plane asks before it delivers a batch of
     * frames. With L2TP_GUEST_NO_NIC or L2TP_GUEST_LINK_DOWN the host would
     * throw the frames away, so the plane drops and counts them. */
    uint32_t (*describe_guest)(void *opaque);

    /* From now on, watch the socket for L2TP_WATCH_*. 0: stop watching. */
    void (*watch)(void *opaque, int32_t fd, uint32_t interest);

    /* Call l2tp_session_run soon, once, from the host's event loop. */
    void (*schedule)(void *opaque);

    /* Call l2tp_session_timer once, in delay_ms milliseconds. Negative: never.
     * A second call replaces the first. */
    void (*set_timer)(void *opaque, int64_t delay_ms);

    /* l2tp_session_transmit has returned 0, and would take frames again. */
    void (*resume_guest)(void *opaque);

    /* One readable line for `info network`; UTF-8, at most 255 bytes. */
    void (*set_info)(void *opaque, const char *text);

    /* One log line with an L2TP_REPORT_* severity; UTF-8, no newline. */
    void (*report)(void *opaque, int32_t severity, const char *text);
};

/* What may be done with a property (l2tp_property.flags). */
#define L2TP_PROPERTY_READ 1u
#define L2TP_PROPERTY_WRITE 2u
/* Its text is a JSON value. */
#define L2TP_PROPERTY_JSON 4u

#define L2TP_PROPERTY_NAME_SIZE 32
#define L2TP_PROPERTY_DESCRIPTION_SIZE 216

/* Something that can be read or changed while a session lives. */
struct l2tp_property {
    /* L2TP_PROPERTY_* */
    uint32_t flags;
    /* Both NUL-terminated UTF-8. */
    char name[L2TP_PROPERTY_NAME_SIZE];
    char description[L2TP_PROPERTY_DESCRIPTION_SIZE];
};

/* What a session is opened with. The plane copies what it keeps. */
struct l2tp_session_config {
    /* sizeof(struct l2tp_session_config) and L2TP_PLANE_ABI_VERSION as the host
     * was compiled. These two stay first in every version. */
    uint32_t size;
    uint32_t abi_version;

    /*
     * The -netdev options as the JSON object QEMU's own QAPI visitor writes:
     * {"id": "n0", "type": "l2tpv3", "src": "::1", "udp": true, ...}
     */
    const char *options;

    /* Settings that QEMU's schema has no place for: key=value[,key=value...],
     * or id.key=value for one netdev. NULL: none. */
    const char *settings;

    struct l2tp_host host;
};

/* Start the .NET runtime. The first call of any function here does that; this
 * one does nothing else. */
void l2tp_plane_start(void);

/*
 * Check the settings (see l2tp_session_config) before there is a session.
 * NULL: none, which is fine.
 *
 * Returns 0, or a negative errno with one sentence in error.
 */
int32_t l2tp_plane_check_settings(const char *settings, char *error,
                                  size_t error_size);

/*
 * Open a session: check the options, resolve addresses, open and bind the
 * socket, start watching it. On failure nothing is left open, *session is
 * NULL, and error holds one sentence that names the option and the remedy.
 *
 * Returns 0 or a negative errno; -EPROTO when version or size differ.
 */
int32_t l2tp_session_open(const struct l2tp_session_config *config,
                          struct l2tp_session **session, char *error,
                          size_t error_size);

/*
 * Send what is still in the batch, close the socket, free everything. The plane
 * cancels watch and timer through the callbacks. The host must not make a run
 * that was scheduled. NULL is allowed.
 */
void l2tp_session_close(struct l2tp_session *session);

/*
 * One frame from the guest. The plane copies the bytes before it returns.
 *
 * Returns the size when the frame was accepted, or was dropped and counted.
 * Returns 0 when the kernel has no room, or when the guest has had its share of
 * this turn of the event loop. Then keep the frame, and offer it again when the
 * plane calls l2tp_host.resume_guest. Part of a large frame may have been sent
 * by then; the rest follows with the second offer.
 *
 * A host that offers a frame earlier is about to throw frames away. So the
 * share is no reason for a second 0: the plane accepts the frame, or drops and
 * counts it. Neither are ICMP errors that meet every call, for anybody can
 * forge them: ask l2tp_session_can_transmit first, and offer nothing while it
 * says 0 but what is thrown away otherwise.
 */
ssize_t l2tp_session_transmit(struct l2tp_session *session,
                              const uint8_t *frame, size_t size);
ssize_t l2tp_session_transmit_iov(struct l2tp_session *session,
                                  const struct iovec *iov, int32_t iov_count);

/* The same for a frame without a vnet header, whatever length is set. Up to
 * QEMU 9.0, announce frames are such. */
ssize_t l2tp_session_transmit_raw(struct l2tp_session *session,
                                  const uint8_t *frame, size_t size);

/* 0 while the kernel takes no frames, else 1. */
int32_t l2tp_session_can_transmit(struct l2tp_session *session);

/* The guest's link is up (1) or down (0). While it is down, received frames
 * are dropped and counted. */
void l2tp_session_set_link(struct l2tp_session *session, int32_t up);

/* 1 when the plane can handle a vnet header (virtio 1.2, 5.1.6) in front of
 * each frame, else 0. */
int32_t l2tp_session_has_vnet_header(struct l2tp_session *session);
int32_t l2tp_session_has_vnet_header_length(struct l2tp_session *session,
                                            int32_t length);

/* 1 when the guest may leave UDP segmentation to the plane
 * (VIRTIO_NET_HDR_GSO_UDP_L4), else 0. */
int32_t l2tp_session_has_uso(struct l2tp_session *session);

/* The vnet header in front of each frame is length bytes; 0: none. */
void l2tp_session_set_vnet_header_length(struct l2tp_session *session,
                                         int32_t length);

/* The guest accepts these L2TP_OFFLOAD_* on receive. */
void l2tp_session_set_offloads(struct l2tp_session *session, uint32_t offloads);

/* The socket is readable or writable, as asked for with l2tp_host.watch. */
void l2tp_session_readable(struct l2tp_session *session);
void l2tp_session_writable(struct l2tp_session *session);

/* The bottom half asked for with l2tp_host.schedule: the end of a burst. */
void l2tp_session_run(struct l2tp_session *session);

/* The timer asked for with l2tp_host.set_timer. */
void l2tp_session_timer(struct l2tp_session *session);

/* The frame that l2tp_host.deliver queued has left the queue. size is what the
 * guest took, or 0 when the host threw the frame away. */
void l2tp_session_delivered(struct l2tp_session *session, ssize_t size);

/*
 * Every session has the same properties. Fill *property with the one of this
 * index. Returns 0; -ENOENT behind the last; -EINVAL when property is NULL.
 */
int32_t l2tp_plane_get_property(uint32_t index, struct l2tp_property *property);

/*
 * The value of a property as text; NUL-terminated, cut to size.
 *
 * Returns its length without the NUL, as snprintf(3) does, or a negative
 * errno: -ENOENT when no property has that name, or it cannot be read.
 */
ssize_t l2tp_session_get(struct l2tp_session *session, const char *name,
                         char *text, size_t size);

/*
 * Change a property. Returns 0, or a negative errno with one sentence in error
 * when nothing has changed.
 */
int32_t l2tp_session_set(struct l2tp_session *session, const char *name,
                         const char *value, char *error, size_t error_size);

#ifdef __cplusplus
}
#endif

#endif /* L2TP_PLANE_H */
