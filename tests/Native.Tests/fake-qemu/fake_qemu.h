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

/* A netdev of the command line, which QEMU's own backend has made before any
 * plugin came: UDP on a port of its own. */
struct fake_stock {
    bool ipv6;
    /* Bits: 0, 32 or 64. */
    int cookie;
    bool counter, pin_counter;
    uint32_t offset;
};
NetClientState *fake_stock_add(const char *id,
                               const struct fake_stock *options);
int fake_stock_socket(NetClientState *client);
/* It is still that backend's, and waits for datagrams. */
bool fake_stock_is_watched(NetClientState *client);
/* Another byte in its state. */
void fake_stock_spoil(NetClientState *client, size_t offset, uint8_t value);
extern int fake_stock_cleanups;

/* The one option that the user has written, as in `-netdev
 * ...,id=ID,NAME=VALUE`; group NULL: nobody knows. */
struct fake_option {
    const char *group, *id, *name, *value;
};
extern struct fake_option fake_option;

/* -plugin PATH,ARGUMENT... Returns what the plugin says: 0 is good. */
int fake_plugin_load(const char *path, int argc, char **argv);

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

/*
 * qom-get and qom-set. False: there is no such property, or it refuses, and
 * *text is the error. *text is the caller's to free.
 */
bool fake_qom_get(const char *path, const char *name, char **text);
bool fake_qom_set(const char *path, const char *name, const char *value,
                  char **text);
/* Objects that are alive; the root is one, once somebody has asked for it. */
int fake_object_count(void);

/* What error_report and its sisters have said, "warning: text\n" a line;
 * valid until the next call. */
const char *fake_take_reports(void);

#endif /* FAKE_QEMU_H */
