/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A vhost-user front end with a virtio-net driver: the side of QEMU and its
 * guest, for tests, benches and fuzzers of a back end.
 *
 *     vd_open        memory (memfd), rings, buffers
 *     vd_connect     the unix socket
 *     vd_negotiate   features, owner
 *     vd_start       memory table, rings, and off they go
 *     vd_receive, vd_transmit, ..., from one thread for each queue
 *     vd_stop        GET_VRING_BASE; vd_start begins again there
 *     vd_close       everything away
 *
 * A driver that behaves needs no more. One that does not sends what it likes
 * (vd_send), writes into the rings (vd_ring, vd_offer), or has a thread that
 * scribbles over them (vd_scribble).
 *
 * Each function returns 0 or what it says, and a negative errno if it fails:
 *
 *     -ECONNRESET  the back end has closed the socket
 *     -EREMOTEIO   the back end says that it could not (REPLY_ACK)
 *     -EPROTO      it broke a rule of the protocol or of the ring
 *     -ETIMEDOUT   it did nothing within the time
 *     -EAGAIN      no descriptor is free
 *
 * Words are those of the virtio specification and of QEMU's vhost-user one.
 */
#ifndef VHOST_DRIVER_H
#define VHOST_DRIVER_H

#include <linux/virtio_ring.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VD_API __attribute__((visibility("default")))

/* The queues of virtio-net. */
enum vd_queue_index { VD_RECEIVE, VD_TRANSMIT };

#define VD_MAXIMUM_QUEUES 2
#define VD_MAXIMUM_REGIONS 8
#define VD_MAXIMUM_FDS 16
/* Piece i of a buffer or frame begins where piece i - 1 ends. */
#define VD_MAXIMUM_PIECES 256

/* Chains of several pieces go into a table, where INDIRECT_DESC is on. */
#define VD_INDIRECT 1u
/* The header has a descriptor of its own in receive buffers, as a legacy driver
 * has it. */
#define VD_SPLIT_HEADER 2u
/* One memfd for all regions, at offsets. Without: one each. */
#define VD_ONE_FILE 4u
/* Do not ask for acknowledgements, although REPLY_ACK is on. */
#define VD_NO_ACK 8u
/* Do not take part in the accounting of what is in flight. */
#define VD_NO_INFLIGHT 16u
/* Never wait for an interrupt: look again and again. */
#define VD_POLL 32u
/* As a guest, whoever waits does not know that the back end is gone: a loop
 * goes on when it is there again. */
#define VD_PATIENT 64u

struct vd_options {
    /* Feature bits that are taken if the back end offers them. */
    uint64_t features;
    uint64_t protocol_features;
    uint32_t flags;
    uint32_t regions;
    uint32_t queues;
    /* A power of two. */
    uint32_t queue_size;
    /* Bytes of a receive buffer, its header included, and its pieces. */
    uint32_t receive_size;
    uint32_t receive_pieces;
    /* The longest frame, its header included. */
    uint32_t transmit_size;
    /* Bytes at the end of each region for the caller. */
    uint32_t spare;
    /* How long an answer may take. */
    uint32_t timeout_ms;
};

/* What a loop of many frames came to. */
struct vd_figures {
    uint64_t frames;
    /* With headers. */
    uint64_t bytes;
    /* From the first frame to the last. */
    uint64_t nanoseconds;
    /* CPU time of the thread that drove the queue. */
    uint64_t cpu_nanoseconds;
    uint64_t kicks;
    uint64_t interrupts;
};

/* One piece of a chain. */
struct vd_piece {
    uint64_t address;
    uint32_t length;
    /* The device writes it. */
    uint32_t writable;
};

struct vd_ring {
    struct vring_desc *descriptors;
    struct vring_avail *available;
    struct vring_used *used;
    /* One table of so many for each descriptor. */
    struct vring_desc *tables;
    uint32_t size;
    uint32_t table_length;
    /* Eventfds. They stay the driver's. */
    int32_t kick;
    int32_t call;
    int32_t error;
    int32_t reserved;
};

struct vd_region {
    void *base;
    uint64_t size;
    uint64_t guest_address;
    uint64_t file_offset;
    /* Where the caller's own bytes begin. */
    uint64_t spare_offset;
    int32_t fd;
    int32_t reserved;
};

struct vhost_driver;

/* life.c */

/* All offloads of virtio-net, event index, indirect descriptors, mergeable
 * buffers; one region, 256 descriptors, buffers of 2048 bytes. */
VD_API void vd_defaults(struct vd_options *options);

VD_API int vd_open(const struct vd_options *options,
                   struct vhost_driver **driver);

/* Ends the threads, too. NULL is fine. */
VD_API void vd_close(struct vhost_driver *driver);

/* GET_FEATURES, GET_ and SET_PROTOCOL_FEATURES, GET_QUEUE_NUM,
 * GET_MAX_MEM_SLOTS, SET_OWNER. */
VD_API int vd_negotiate(struct vhost_driver *driver);

/* SET_FEATURES, memory, inflight, rings, SET_VRING_ENABLE; then a kick for each
 * ring, as QEMU gives it. A ring begins where vd_stop left it, else behind what
 * the back end has used. */
VD_API int vd_start(struct vhost_driver *driver);

/* SET_VRING_ENABLE 0, GET_VRING_BASE. */
VD_API int vd_stop(struct vhost_driver *driver);

/* The driver begins anew: empty rings, all buffers its own. The back end must
 * have stopped. */
VD_API void vd_reset(struct vhost_driver *driver);

/* answers.c */

/* What both sides have. */
VD_API uint64_t vd_features(const struct vhost_driver *driver);
VD_API uint64_t vd_protocol_features(const struct vhost_driver *driver);
/* As the back end has offered them. */
VD_API uint64_t vd_offered(const struct vhost_driver *driver);
VD_API uint64_t vd_offered_protocol(const struct vhost_driver *driver);
/* The answers to GET_QUEUE_NUM and GET_MAX_MEM_SLOTS; 0: not asked. */
VD_API uint64_t vd_queue_num(const struct vhost_driver *driver);
VD_API uint64_t vd_memory_slots(const struct vhost_driver *driver);
/* 10 or 12, by the features. */
VD_API uint32_t vd_header_size(const struct vhost_driver *driver);
/* The index that the last SET_ or GET_VRING_BASE has named. */
VD_API uint32_t vd_base(const struct vhost_driver *driver, uint32_t queue);

/* connect.c, channel.c */

/* Tries until the back end listens, or the time is over. */
VD_API int vd_connect(struct vhost_driver *driver, const char *path);

/* A socket that is connected already. It belongs to the driver from now on. */
VD_API int vd_connect_fd(struct vhost_driver *driver, int fd);

/* For a back end that connects: the socket, and then its call. */
VD_API int vd_listen(struct vhost_driver *driver, const char *path);
VD_API int vd_accept(struct vhost_driver *driver, uint32_t timeout_ms);

/* Closes the socket without a word. The rings stay as they are. */
VD_API void vd_disconnect(struct vhost_driver *driver);

/* Any bytes, any descriptors. */
VD_API int vd_send(struct vhost_driver *driver, const void *bytes, size_t size,
                   const int *fds, uint32_t fd_count);

/* What comes next, up to size bytes. Returns their number; 0: the end. Of the
 * descriptors that come along, the caller closes *fd_count; NULL: closed here.
 */
VD_API int64_t vd_receive_message(struct vhost_driver *driver, void *bytes,
                                  size_t size, int *fds, uint32_t *fd_count,
                                  uint32_t timeout_ms);

/* messages.c; request is VHOST_USER_*. Each asks for an acknowledgement if
 * REPLY_ACK is on. */

/* Requests without a payload. */
VD_API int vd_set_nothing(struct vhost_driver *driver, uint32_t request);
/* With a number: SET_FEATURES, SEND_RARP, NET_SET_MTU, SET_STATUS, ... */
VD_API int vd_set_number(struct vhost_driver *driver, uint32_t request,
                         uint64_t value);
VD_API int vd_get_number(struct vhost_driver *driver, uint32_t request,
                         uint64_t *value);
/* With a ring and a number: SET_VRING_NUM, _BASE, _ENABLE; GET_VRING_BASE. */
VD_API int vd_set_state(struct vhost_driver *driver, uint32_t request,
                        uint32_t queue, uint32_t value);
VD_API int vd_get_state(struct vhost_driver *driver, uint32_t request,
                        uint32_t queue, uint32_t *value);
/* With a ring and a descriptor: SET_VRING_KICK, _CALL, _ERR. -1: none. */
VD_API int vd_set_file(struct vhost_driver *driver, uint32_t request,
                       uint32_t queue, int fd);
/* SET_VRING_ADDR of the ring where it is. */
VD_API int vd_set_address(struct vhost_driver *driver, uint32_t queue);
/* SET_MEM_TABLE of all regions, or ADD_MEM_REG, REM_MEM_REG of one. */
VD_API int vd_set_memory_table(struct vhost_driver *driver);
VD_API int vd_add_region(struct vhost_driver *driver, uint32_t region);
VD_API int vd_remove_region(struct vhost_driver *driver, uint32_t region);

/* log.c */

/* SET_LOG_BASE, SET_FEATURES with LOG_ALL, SET_VRING_ADDR with the log of the
 * used ring: as QEMU begins a migration. */
VD_API int vd_log_start(struct vhost_driver *driver);
VD_API int vd_log_stop(struct vhost_driver *driver);
/* Whether the page of this guest address is dirty; and cleans it if asked. */
VD_API bool vd_log_test(struct vhost_driver *driver, uint64_t guest_address,
                        bool clean);
/* Dirty pages of all memory. */
VD_API uint64_t vd_log_count(const struct vhost_driver *driver);

/* GET_INFLIGHT_FD, once; and SET_INFLIGHT_FD of what that gave. */
VD_API int vd_get_inflight(struct vhost_driver *driver);
VD_API int vd_set_inflight(struct vhost_driver *driver);
/* The region, or NULL. */
VD_API void *vd_inflight(const struct vhost_driver *driver, uint64_t *size);

/* ring.c, wait.c; the calls for one queue come from one thread at a time. */

/* The head of the chain that is added next, or -EAGAIN. Its slot is free for
 * what that chain points to. */
VD_API int vd_next_head(const struct vhost_driver *driver, uint32_t queue);
/* Makes a chain available; vd_publish shows it to the device. Returns its head,
 * whose slot of memory is vd_slot(). */
VD_API int vd_add(struct vhost_driver *driver, uint32_t queue,
                  const struct vd_piece *pieces, uint32_t count);
/* Shows what was added, and kicks if the device wants that. */
VD_API int vd_publish(struct vhost_driver *driver, uint32_t queue);
/* The next used element, or -EAGAIN. Returns its head. */
VD_API int vd_take(struct vhost_driver *driver, uint32_t queue,
                   uint32_t *length);
/* Waits until something is used: by interrupt, or with VD_POLL by looking. */
VD_API int vd_wait(struct vhost_driver *driver, uint32_t queue,
                   uint32_t timeout_ms);
/* Always. */
VD_API int vd_kick(struct vhost_driver *driver, uint32_t queue);
/* Memory of the head: receive_size or transmit_size bytes. */
VD_API void *vd_slot(struct vhost_driver *driver, uint32_t queue,
                     uint32_t head);
/* Descriptors that are free. */
VD_API uint32_t vd_free(const struct vhost_driver *driver, uint32_t queue);
/* Since vd_open. */
VD_API uint64_t vd_kicks(const struct vhost_driver *driver, uint32_t queue);
VD_API uint64_t vd_interrupts(struct vhost_driver *driver, uint32_t queue);

/* receive.c */

/* Gives the device so many buffers, at most what is free. Returns how many. */
VD_API int vd_post(struct vhost_driver *driver, uint32_t buffers);
/* Whether vd_receive posts the buffers of a frame again; so it is at first. */
VD_API void vd_repost(struct vhost_driver *driver, bool on);
/* The next frame with its header, whose buffers are joined. Returns its size,
 * which may be more than what there was room for. *buffers: how many. */
VD_API int64_t vd_receive(struct vhost_driver *driver, void *bytes, size_t size,
                          uint32_t *buffers, uint32_t timeout_ms);
/* Takes so many frames, or as many as come without a pause of timeout_ms. */
VD_API int vd_receive_many(struct vhost_driver *driver, uint64_t frames,
                           uint32_t timeout_ms, struct vd_figures *figures);

/* All frames that are there, without waiting; added to the figures. */
VD_API int vd_receive_burst(struct vhost_driver *driver, uint64_t frames,
                            struct vd_figures *figures);

/* transmit.c */

/* A frame with its header, in pieces of these lengths; count 0: one piece.
 * Waits while the ring is full. */
VD_API int vd_transmit(struct vhost_driver *driver, const void *bytes,
                       uint32_t size, const uint32_t *lengths, uint32_t count);
/* Waits until the device has given back all frames. */
VD_API int vd_transmit_done(struct vhost_driver *driver, uint32_t timeout_ms);
/* Writes a frame into each slot, once, for the two below. All frames must be
 * back. */
VD_API int vd_prepare(struct vhost_driver *driver, const void *bytes,
                      uint32_t size);
/* Sends it as often as there is room, without waiting. Returns how often. */
VD_API int64_t vd_transmit_burst(struct vhost_driver *driver, uint32_t size,
                                 const uint32_t *lengths, uint32_t count,
                                 uint64_t frames);
/* The same frame many times, until the device has given back the last. The
 * loop copies nothing. */
VD_API int vd_transmit_many(struct vhost_driver *driver, const void *bytes,
                            uint32_t size, const uint32_t *lengths,
                            uint32_t count, uint64_t frames,
                            uint32_t timeout_ms, struct vd_figures *figures);

/* thread.c; one loop for each queue, in a thread of its own. */

VD_API int vd_receive_start(struct vhost_driver *driver, uint64_t frames,
                            uint32_t timeout_ms);
VD_API int vd_transmit_start(struct vhost_driver *driver, const void *bytes,
                             uint32_t size, const uint32_t *lengths,
                             uint32_t count, uint64_t frames,
                             uint32_t timeout_ms);
/* Asks the loop of this queue to end. It returns -ECANCELED. */
VD_API void vd_cancel(struct vhost_driver *driver, uint32_t queue);
/* Waits for its end. Returns what the loop did. */
VD_API int vd_join(struct vhost_driver *driver, uint32_t queue,
                   struct vd_figures *figures);

/* memory.c, ring.c, hostile.c: for those who want to break something. */

VD_API int vd_ring(struct vhost_driver *driver, uint32_t queue,
                   struct vd_ring *ring);
VD_API int vd_region(struct vhost_driver *driver, uint32_t index,
                     struct vd_region *region);
/* The guest's address of a byte of a region, or 0. */
VD_API uint64_t vd_guest_address(const struct vhost_driver *driver,
                                 const void *pointer);
/* Makes this head available and shows it, whatever it is; without a kick. What
 * comes back through vd_take is -EPROTO. */
VD_API int vd_offer(struct vhost_driver *driver, uint32_t queue, uint32_t head);

/* What a scribbler writes over. */
#define VD_DESCRIPTORS 1u
#define VD_AVAILABLE 2u
#define VD_USED 4u
#define VD_TABLES 8u
#define VD_BUFFERS 16u

/* A thread that writes into parts of a ring, and kicks now and then, for a
 * time, until vd_close at the latest. Half of what it writes is noise; half is
 * plausible: addresses of regions or close to their ends, small lengths and
 * indexes. What it writes depends on the seed alone; when the back end reads it
 * does not. After it, vd_reset. vd_scribble_end waits until the time is over.
 */
VD_API int vd_scribble(struct vhost_driver *driver, uint32_t queue,
                       uint32_t parts, uint64_t seed, uint32_t milliseconds);
/* Returns how many values were written. */
VD_API int64_t vd_scribble_end(struct vhost_driver *driver);

#endif
