/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files of the driver share. Begin reading in vhost-driver.h. */
#ifndef DRIVER_H
#define DRIVER_H

#include <pthread.h>

#include "protocol.h"
#include "vhost-driver.h"

/* Of the queue's thread alone, but for the eventfds. */
struct queue {
    struct vring_desc *descriptors;
    struct vring_avail *available;
    struct vring_used *used;
    struct vring_desc *tables;
    uint32_t size;
    uint32_t slot_size;
    uint8_t **slots;
    /* Of a free descriptor: the next free one. Of a chain: its next. The ring
     * is not asked, since others may have written there. */
    uint16_t *next;
    /* Of a head: its descriptors. 0: not in flight. */
    uint16_t *count;
    uint16_t first_free;
    uint16_t free;
    /* Of the available ring: what was added, and what the device knows of. */
    uint16_t added;
    uint16_t published;
    uint16_t taken;
    uint16_t base;
    bool has_base;
    int kick;
    int call;
    int error;
    uint64_t kicks;
    uint64_t interrupts;
};

/* A loop in a thread. */
struct job {
    pthread_t thread;
    bool started;
    bool canceled;
    struct vhost_driver *driver;
    uint32_t queue;
    uint8_t *bytes;
    uint32_t size;
    uint32_t lengths[VD_MAXIMUM_PIECES];
    uint32_t count;
    uint64_t frames;
    uint32_t timeout_ms;
    int result;
    struct vd_figures figures;
};

struct scribbler {
    pthread_t thread;
    bool started;
    bool ended;
    struct vhost_driver *driver;
    uint32_t queue;
    uint32_t parts;
    uint64_t random;
    uint32_t milliseconds;
    int64_t writes;
};

struct vhost_driver {
    struct vd_options options;
    struct vd_region regions[VD_MAXIMUM_REGIONS];
    /* Bytes of a region that are given away. */
    uint64_t region_used[VD_MAXIMUM_REGIONS];
    struct queue queues[VD_MAXIMUM_QUEUES];
    struct job jobs[VD_MAXIMUM_QUEUES];
    struct scribbler scribbler;
    int socket;
    int listener;
    uint64_t offered;
    uint64_t offered_protocol;
    uint64_t features;
    uint64_t protocol_features;
    uint64_t queue_num;
    uint64_t memory_slots;
    bool no_repost;
    /* The log of dirty pages, while there is one. */
    uint8_t *log;
    uint64_t log_size;
    int log_fd;
    bool is_logging;
    uint8_t *inflight;
    struct vu_inflight inflight_place;
    int inflight_fd;
};

static inline bool has_feature(const struct vhost_driver *driver, int bit)
{
    return driver->features >> bit & 1;
}

static inline bool has_protocol_feature(const struct vhost_driver *driver,
                                        int bit)
{
    return driver->protocol_features >> bit & 1;
}

/* A table takes the longest chain, and no more. */
static inline uint32_t table_length(const struct queue *queue)
{
    return queue->size < VD_MAXIMUM_PIECES ? queue->size : VD_MAXIMUM_PIECES;
}

/* memory.c */
int memory_open(struct vhost_driver *driver);
void memory_close(struct vhost_driver *driver);
/* A memfd that is mapped. Returns its descriptor or a negative errno. */
int memory_file(const char *name, uint64_t size, uint8_t **bytes);

/* queue.c */
int ring_open(struct vhost_driver *driver, uint32_t index);
void ring_close(struct queue *queue);
void ring_reset(struct queue *queue);

/* ring.c */
uint16_t ring_used_index(const struct queue *queue);
int kick_uncounted(struct vhost_driver *driver, uint32_t index);
/* wait.c: vd_wait, with an interrupt when so many more are used, if possible.
 */
int ring_wait(struct vhost_driver *driver, uint32_t index, uint16_t more,
              uint32_t timeout_ms);

void refuse_interrupt(const struct vhost_driver *driver, struct queue *queue);

/* messages.c */
int request_with_fds(struct vhost_driver *driver, uint32_t request,
                     const void *payload, size_t size, const int *fds,
                     uint32_t fd_count);
/* Sends, and reads an answer of exactly this size. fd: one that may come. */
int request_answer(struct vhost_driver *driver, uint32_t request,
                   const void *payload, size_t size, void *answer,
                   size_t answer_size, int *fd);
int send_request(struct vhost_driver *driver, uint32_t request, uint32_t flags,
                 const void *payload, size_t size, const int *fds,
                 uint32_t fd_count);
int read_answer(struct vhost_driver *driver, uint32_t request, void *payload,
                size_t size, int *fd);

/* connect.c */
void listener_close(struct vhost_driver *driver);

/* log.c */
void log_close(struct vhost_driver *driver);

/* thread.c */
bool is_canceled(struct vhost_driver *driver, uint32_t queue);
void threads_end(struct vhost_driver *driver);
uint64_t nanoseconds_now(void);
uint64_t nanoseconds_of_thread(void);

/* hostile.c */
void scribbler_end(struct vhost_driver *driver);

#endif
