/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The other end of the tunnel: a process of its own on a CPU of its own, so
 * that neither its system calls nor its CPU time count.
 */
#ifndef PEER_H
#define PEER_H

#include "driver.h"

enum peer_socket { PEER_OF_PLANE, PEER_OF_BARE };

/* Returns when its sockets are open. Before anything starts a thread. */
void peer_start(int cpu);

/* Its ports are free on return. */
void peer_end(void);

/* Take all that comes, from now until peer_stop_sink, without sleeping: whoever
 * sends would pay for waking it. With checked set, look at each datagram. */
void peer_start_sink(enum peer_socket socket, bool checked);
void peer_stop_sink(void);

/* Wait until the sink has so many bytes of this run of it. */
void peer_await(uint64_t bytes);

/* Send one chunk; it has been sent, and the peer sleeps, on return. */
void peer_send_chunk(enum peer_socket socket);

#endif
