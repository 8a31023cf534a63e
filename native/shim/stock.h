/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev that QEMU's own l2tpv3 backend has created. When QEMU loads a
 * plugin, the netdevs of the command line already exist. QEMU still has the
 * text of key=value options, but nothing of JSON, and not the struct that it
 * made of either. So the shim reads the options back from the state that the
 * backend keeps behind its NetClientState (STOCK_* of offsets.g.h, and
 * NetL2TPV3State in the tables of interop/layouts).
 *
 * The state is the same in all releases from 7.2 to 11.1. The shim believes it
 * only if its parts agree with each other, and with what the kernel says of the
 * socket.
 */
#ifndef SHIM_STOCK_H
#define SHIM_STOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "layout.h"
#include "qemu.h"

struct stock {
    NetClientState *client;
    const char *name;
    void (*cleanup)(NetClientState *client);
    /* Start or stop watching the socket. */
    void (*poll)(NetClientState *client, bool enable);

    int fd;
    int family;
    int type;
    int protocol;
    struct sockaddr_storage source;
    struct sockaddr_storage destination;
    socklen_t source_size;

    bool ipv6;
    bool udp;
    bool has_cookie;
    bool cookie64;
    bool counter;
    bool pin_counter;
    uint64_t rx_cookie;
    uint64_t tx_cookie;
    uint32_t rx_session;
    uint32_t tx_session;
    uint32_t offset;
};

/* The client is such a netdev, and not ours. */
bool stock_is(const NetClientState *client);

/* The descriptor in the state of such a client. -1: the state does not have the
 * known size. */
int stock_descriptor(const NetClientState *client);

/* Returns false when the state is not as expected. */
bool stock_read(NetClientState *client, const struct layout *layout,
                struct stock *stock);

/*
 * Two sockets cannot be bound to one port. So the backend's socket is closed
 * before ours opens, and opened again if that fails. The backend knows its
 * socket by number, and the .NET runtime opens files in between. So another
 * socket keeps the number meanwhile.
 *
 * Returns false when it fails; stock_close_socket has changed nothing then.
 */
bool stock_close_socket(const struct stock *stock);
bool stock_reopen_socket(const struct stock *stock);

/* Free what the backend has allocated, and the number of its socket, which is
 * closed already. After that its state is plain memory. */
void stock_release(const struct stock *stock);

#endif /* SHIM_STOCK_H */
