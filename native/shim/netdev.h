/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev: on QEMU's side a net client whose callbacks forward to a session of
 * the data plane, and on the data plane's side the host of that session, whose
 * functions forward to QEMU (l2tp_plane.h).
 *
 *        QEMU                        shim             data plane
 *   NIC --receive_iov--------------> callbacks.c ---> l2tp_session_transmit_iov
 *   NIC <-qemu_send_packet_async---- host.c <-------- l2tp_host.deliver
 *   main loop ---------------------> host.c --------> l2tp_session_readable ...
 *   netdev_add, netdev_del --------> life.c --------> l2tp_session_open, _close
 *
 * Beware: QEMU's `receive` is our transmit.
 *
 * Thread: everything here runs under QEMU's big lock, but not always in the
 * main thread: NICs with programmed I/O transmit from a vCPU thread.
 *
 * Lifetime: QEMU frees the net client. struct netdev is ours and lives from
 * init to cleanup. QEMU 7.2 calls cleanup at netdev_del, while the NIC still
 * has the client as its peer, and may call every other callback until the NIC
 * goes. QEMU 10 does not call cleanup until then. So each callback first checks
 * whether there is still a netdev (client_netdev).
 */
#ifndef SHIM_NETDEV_H
#define SHIM_NETDEV_H

#include "l2tp_plane.h"
#include "qemu.h"

/* The NIC that a client is connected to. The info tells the kind of NIC, since
 * a new NIC may have the address of one that is gone. */
struct nic {
    const void *client;
    const void *info;
};

struct netdev {
    NetClientState *client;
    struct l2tp_session *session;
    QEMUBH *bottom_half;
    /* Its place in the object tree. NULL: none (object.c). */
    QObjectModel *object;
    struct netdev *next_listed;
    /* The NIC that set the length of the vnet header. client NULL: none did. */
    struct nic vnet_header_nic;
    union {
        unsigned char bytes[QEMU_TIMER_SIZE];
        max_align_t alignment;
    } timer;
};

#endif /* SHIM_NETDEV_H */
