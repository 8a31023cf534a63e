/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A stand-in for QEMU, as small as a net backend can see it: the functions
 * that native/shim/qemu.h looks up, a NIC, and an event loop that the test
 * turns by hand. Written from what is known of QEMU's behaviour; none of
 * QEMU's code is in here.
 *
 *     scenario --> fake_netdev_add, fake_nic_send, fake_loop_turn, ...
 *                       |
 *                  fake QEMU  <--qemu_send_packet_async, ...--  shim
 *                             --NetClientInfo callbacks------>
 *
 * It is stricter than QEMU: whatever would only go wrong later in QEMU (a
 * callback on a client that is gone, a handler on a closed descriptor) ends
 * the process at once.
 */
#ifndef FAKE_QEMU_H
#define FAKE_QEMU_H

#include "release.h"

typedef struct Netdev Netdev;
typedef struct Error Error;

/* One line to stderr, then abort. */
#define FAKE_CHECK(condition)                                                  \
    ((condition) ? (void)0 : fake_fail(__FILE__, __LINE__, #condition))
void fake_fail(const char *file, int line, const char *what)
    __attribute__((noreturn));

/*
 * -netdev l2tpv3,id=ID,... with its options as the JSON that QEMU's visitor
 * would write. The text of the error is the caller's to free.
 *
 * Returns the client, or NULL with *error set.
 */
NetClientState *fake_netdev_add(const char *id, const char *json, char **error);

/* netdev_del, the release's way when a NIC uses it. */
void fake_netdev_del(NetClientState *client);

/* set_link, for both ends. */
void fake_set_link(NetClientState *client, bool up);

/* Clients that net_clients lists; the backends' and the NICs'. */
int fake_client_count(void);

/* The one option-reading failure a test can ask for; NULL: none. */
extern const char *fake_visit_error;

/* How often QEMU's own l2tpv3 backend was asked for. */
extern int fake_stock_calls;

/* stop and cont. A VM that is stopped takes no frame. */
void fake_vm_set_running(bool running);

/* A NIC. It takes `room` frames, then no more. */
struct fake_nic {
    NetClientState *client;
    int room;
    bool can_receive;
    bool peer_deleted;
    int frames;
    size_t last_size;
    uint8_t last[65536];
    int completions;
};

struct fake_nic *fake_nic_add(NetClientState *backend, bool do_not_pad);
/* device_del. */
void fake_nic_del(struct fake_nic *nic);
/* The guest sends. 0: queued, completions tells when it has left. */
ssize_t fake_nic_send(struct fake_nic *nic, const void *frame, size_t size);
/* The guest has made room. */
void fake_nic_take(struct fake_nic *nic, int room);

/* One turn: bottom halves, descriptors (waits as long), timers. */
void fake_loop_turn(int timeout_ms);
/* Let the clock jump. */
void fake_clock_advance(int64_t ms);
int fake_handler_count(void);
int fake_bottom_half_count(void);
int fake_timer_count(void);

/* What error_report and its sisters have said, "warning: text\n" a line;
 * valid until the next call. */
const char *fake_take_reports(void);

#endif /* FAKE_QEMU_H */
