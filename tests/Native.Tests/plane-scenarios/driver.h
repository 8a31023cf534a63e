/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A host of its own for the published plane: a C program that is linked with
 * qemu-l2tpv3.so and calls it through l2tp_plane.h, without QEMU and shim.
 *
 *     scenario --l2tp_session_*--> plane <--UDP on 127.0.0.1--> struct wire
 *     struct host <--l2tp_host.*--/
 */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>

#include "l2tp_plane.h"
#include "scenario.h"

/* One session and what it asks of its host. */
struct host {
    struct l2tp_session *session;
    int fd;
    uint32_t interest;
    bool scheduled;
    /* Monotonic milliseconds; -1: not set. */
    int64_t timer_at;
    int32_t pads;
    /* Frames it takes before it says 0; -1: all. */
    int room;
    unsigned long frames;
    size_t last_size;
    uint8_t last[65536];
    int resumed;
    char info[256];
    char error[512];
    char reports[2048];
};

/* What a session is opened with: config.host is filled for `host`. */
struct l2tp_session_config host_config(struct host *host, const char *options);
/* A fresh host and a session that must open. */
void host_open(struct host *host, const char *options);
void host_close(struct host *host);
/* Serve the session once; waits for its socket as long. */
void host_turn(struct host *host, int timeout_ms);
/* Turn until the info line holds this text; fails after seconds. */
void host_expect_info(struct host *host, const char *text);

/* The log has one line, which begins so. */
void host_expect_report(const struct host *host, const char *text);

/* The other end: a UDP socket. */
struct wire {
    int fd;
    uint16_t port;
    uint16_t session_port;
    char options[512];
};

/* Options of a session towards this end, with more of them, JSON that begins
 * with a comma, or "". */
void wire_open(struct wire *wire, const char *more);
void wire_close(struct wire *wire);
void wire_send(const struct wire *wire, const void *datagram, size_t size);
/* Bytes of the next datagram, -1 when there is none. */
ssize_t wire_receive(const struct wire *wire, void *datagram, size_t size);

/* The same numbers each time. */
uint32_t next_random(uint32_t *state);
void fill_random(uint8_t *bytes, size_t size, uint32_t *state);

/* proc(5): open descriptors, resident memory. */
int count_descriptors(void);
long resident_kib(void);

#endif /* DRIVER_H */
