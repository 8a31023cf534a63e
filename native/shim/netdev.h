/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The netdev as QEMU sees it: a net client whose callbacks forward to a
 * session of the data plane (l2tp_plane.h has the table), and the other way
 * round, the session's host whose functions forward to QEMU.
 *
 *        QEMU                      shim                      data plane
 *   NIC --receive_iov-->  client.c             --> l2tp_session_transmit_iov
 *   NIC <--send_async---  host.c               <-- l2tp_host.deliver
 *   main loop ---------->  host.c               --> l2tp_session_readable, ...
 *   netdev_add, _del ---->  netdev.c             --> l2tp_session_open, _close
 *
 * Beware: QEMU's `receive` is our transmit.
 *
 * Thread: everything here runs under QEMU's big lock. Not always in the main
 * thread, though: NICs with programmed I/O transmit from a vCPU thread.
 *
 * Life. QEMU frees the client; struct netdev is ours, from init to cleanup.
 * QEMU 7.2 calls cleanup at netdev_del while the NIC still has the client as
 * its peer, and may call any other callback afterwards, until the NIC goes;
 * QEMU 10 calls cleanup only then. So every callback looks first whether there
 * is still a session (client_netdev).
 */
#ifndef SHIM_NETDEV_H
#define SHIM_NETDEV_H

#include "l2tp_plane.h"
#include "layout.h"
#include "qemu.h"

/*
 * QEMU allocates this much for the client, zeroed. NetClientState is 0x178
 * bytes and may grow; our pointer is at the far end. So it is in a client that
 * QEMU's own backend has made and that is ours now, which is smaller: the
 * client's info tells.
 */
#define CLIENT_SIZE 4096

/* Which NIC a client is connected to. The info tells the kind of NIC: a new
 * one may live where the old one was freed. */
struct nic {
    const void *client;
    const void *info;
};

/* One netdev. */
struct netdev {
    NetClientState *client;
    struct l2tp_session *session;
    QEMUBH *bottom_half;
    /* Its place in the object tree; NULL: none (object.c). */
    QObjectModel *object;
    struct netdev *next_listed;
    /* The NIC that set the vnet header's length; client NULL: none did. */
    struct nic vnet_header_nic;
    union {
        unsigned char bytes[QEMU_TIMER_SIZE];
        max_align_t alignment;
    } timer;
};

/* netdev.c: takes the place of net_init_l2tpv3 in QEMU's table of netdevs. */
int netdev_init(const Netdev *options, const char *name, NetClientState *peer,
                Error **errp);
void netdev_cleanup(NetClientState *client);

/* A session behind a client, which may be one of QEMU's own backend still.
 * NULL with one sentence in error. */
struct netdev *netdev_open(NetClientState *client, const char *options,
                           char *error, size_t error_size);

/* client.c: the table of callbacks for the layout of the running QEMU. */
void client_set_layout(const struct layout *layout);
void *client_info(void);
/* The same, for clients that QEMU's own backend has allocated. */
void *client_info_adopted(void);
const void *client_info_of(const NetClientState *client);
bool client_info_is_ours(const void *client_info);

const char *client_name(const NetClientState *client);

/* NULL after cleanup and before init is done. */
struct netdev *client_netdev(const NetClientState *client);
void client_set_netdev(NetClientState *client, struct netdev *netdev);

/* The NIC, or the hub port, that the client is connected to; NULL: none. */
const void *client_peer(const NetClientState *client);

/*
 * When the NIC that set a vnet header length is gone, nobody resets the
 * length: without this its successor, a NIC that knows no such header, would
 * send and get frames that are shifted by it.
 */
void client_forget_old_nic(struct netdev *netdev);

/* host.c: what the plane may call, and what the event loop calls. */
void host_fill(struct l2tp_host *host, struct netdev *netdev);
void host_on_bottom_half(void *opaque);
void host_on_timer(void *opaque);

#endif /* SHIM_NETDEV_H */
