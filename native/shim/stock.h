/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev that QEMU's own l2tpv3 backend has made. With -plugin the shim
 * comes when those of the command line exist already, and QEMU has forgotten
 * their options (all of JSON, and what it made of the rest): they are read
 * back from what the backend keeps behind its NetClientState (STOCK_* of
 * offsets.g.h, and NetL2TPV3State in the tables of interop/layouts).
 *
 * The same in all releases from 7.2 to 11.1. Nothing of it is believed unless
 * its parts agree with each other, and with what the kernel says of the
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
    /* Watch the socket, or stop that. */
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

/* RFC 3931, 4.1.1: L2TPv3 over IP. */
#define PROTOCOL_L2TP 115

/* The client is such a netdev, and not ours. */
bool stock_is(const NetClientState *client);

/* Of such a client: the number where its socket's is kept, if its state has
 * the known size; else -1. */
int stock_descriptor(const NetClientState *client);

/* False: its state is not as known. */
bool stock_read(NetClientState *client, const struct layout *layout,
                struct stock *stock);

/* stock_options.c: the options as QEMU's visitor would have written them
 * (l2tp_plane.h), with addresses in numbers. False: no room. */
bool stock_options(const struct stock *stock, char *json, size_t size);

/*
 * Two sockets cannot be bound to one port: the backend's goes before ours
 * comes, and comes back when ours does not. The backend knows it by its number,
 * which is kept for it meanwhile: .NET's runtime starts then, and opens files.
 *
 * False: nothing has changed.
 */
bool stock_close_socket(const struct stock *stock);
bool stock_reopen_socket(const struct stock *stock);

/* Frees what the backend has allocated, and the number of its socket, which has
 * been closed. Its state is only memory then. */
void stock_release(const struct stock *stock);

#endif /* SHIM_STOCK_H */
