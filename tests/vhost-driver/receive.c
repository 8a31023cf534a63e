/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Wire to guest. With MRG_RXBUF, num_buffers of the header says how many
 * buffers hold a frame; all of them were used before the index moved.
 */
#include <errno.h>
#include <linux/virtio_net.h>
#include <string.h>

#include "driver.h"

/* A buffer as pieces: with VD_SPLIT_HEADER the header first, then equal ones.
 */
static uint32_t cut_buffer(struct vhost_driver *driver, uint64_t address,
                           struct vd_piece *pieces)
{
    uint32_t left = driver->options.receive_size;
    uint32_t count = driver->options.receive_pieces;
    uint32_t used = 0;
    uint32_t each;

    if (driver->options.flags & VD_SPLIT_HEADER) {
        uint32_t header = vd_header_size(driver);

        pieces[used++] = (struct vd_piece){address, header, 1};
        address += header;
        left -= header;
    }
    each = left / count;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t length = i + 1 == count ? left : each;

        pieces[used++] = (struct vd_piece){address, length, 1};
        address += length;
        left -= length;
    }
    return used;
}

/* The head that comes next has this slot: the free list says so. */
static int post_one(struct vhost_driver *driver)
{
    struct vd_piece pieces[VD_MAXIMUM_PIECES + 1];
    struct queue *queue = &driver->queues[VD_RECEIVE];
    uint64_t address;
    uint32_t count;

    if (queue->free == 0) {
        return -EAGAIN;
    }
    address = vd_guest_address(driver, queue->slots[queue->first_free]);
    count = cut_buffer(driver, address, pieces);
    return vd_add(driver, VD_RECEIVE, pieces, count);
}

int vd_post(struct vhost_driver *driver, uint32_t buffers)
{
    uint32_t posted = 0;
    int error;

    while (posted < buffers && post_one(driver) >= 0) {
        posted++;
    }
    error = vd_publish(driver, VD_RECEIVE);
    return error ? error : (int)posted;
}

void vd_repost(struct vhost_driver *driver, bool on)
{
    driver->no_repost = !on;
}

/* The first buffer of a frame tells the number of all. */
static uint32_t buffers_of(const struct vhost_driver *driver,
                           const uint8_t *slot)
{
    uint16_t number;

    if (!has_feature(driver, VIRTIO_NET_F_MRG_RXBUF)) {
        return 1;
    }
    memcpy(&number,
           slot + offsetof(struct virtio_net_hdr_mrg_rxbuf, num_buffers),
           sizeof(number));
    return number;
}

/* One buffer of a frame: copied as far as there is room. Returns its size. */
static int64_t take_buffer(struct vhost_driver *driver, uint8_t *bytes,
                           size_t room, uint32_t *buffers)
{
    uint32_t length;
    int head = vd_take(driver, VD_RECEIVE, &length);
    uint8_t *slot;

    if (head < 0) {
        return head;
    }
    slot = driver->queues[VD_RECEIVE].slots[head];
    if (length > driver->options.receive_size) {
        return -EPROTO;
    }
    if (*buffers == 0) {
        if (length < vd_header_size(driver)) {
            return -EPROTO;
        }
        *buffers = buffers_of(driver, slot);
    }
    if (room > 0) {
        memcpy(bytes, slot, length < room ? length : room);
    }
    /* Its slot is read: the next user of this head may write it. */
    if (!driver->no_repost) {
        post_one(driver);
    }
    return length;
}

/* Without publishing what was posted again. */
static int64_t take_frame(struct vhost_driver *driver, uint8_t *bytes,
                          size_t room, uint32_t *buffers)
{
    uint32_t taken = 0;
    int64_t size = 0;

    *buffers = 0;
    do {
        size_t done = (size_t)size < room ? (size_t)size : room;
        int64_t length = take_buffer(driver, bytes ? bytes + done : NULL,
                                     room - done, buffers);

        if (length < 0) {
            /* A part of a frame is none. */
            return length == -EAGAIN && taken > 0 ? -EPROTO : length;
        }
        size += length;
        taken++;
    } while (taken < *buffers);
    return *buffers == 0 ? -EPROTO : size;
}

int64_t vd_receive(struct vhost_driver *driver, void *bytes, size_t size,
                   uint32_t *buffers, uint32_t timeout_ms)
{
    uint32_t number;
    int64_t result = take_frame(driver, bytes, size, &number);
    int error;

    if (result == -EAGAIN) {
        error = vd_wait(driver, VD_RECEIVE, timeout_ms);
        if (error) {
            return error;
        }
        result = take_frame(driver, bytes, size, &number);
    }
    error = vd_publish(driver, VD_RECEIVE);
    if (buffers) {
        *buffers = number;
    }
    return error ? error : result;
}

/* All frames that are there. */
static int take_burst(struct vhost_driver *driver, uint64_t frames,
                      struct vd_figures *figures)
{
    uint32_t number;

    while (figures->frames < frames) {
        int64_t size = take_frame(driver, NULL, 0, &number);

        if (size < 0) {
            return size == -EAGAIN ? 0 : (int)size;
        }
        figures->frames++;
        figures->bytes += (uint64_t)size;
    }
    return 0;
}

int vd_receive_burst(struct vhost_driver *driver, uint64_t frames,
                     struct vd_figures *figures)
{
    int error = take_burst(driver, figures->frames + frames, figures);

    return error ? error : vd_publish(driver, VD_RECEIVE);
}

int vd_receive_many(struct vhost_driver *driver, uint64_t frames,
                    uint32_t timeout_ms, struct vd_figures *figures)
{
    struct queue *queue = &driver->queues[VD_RECEIVE];
    uint64_t kicks = queue->kicks;
    uint64_t interrupts = vd_interrupts(driver, VD_RECEIVE);
    uint64_t cpu = nanoseconds_of_thread();
    uint64_t first = 0;
    uint64_t last = 0;
    int error = 0;

    *figures = (struct vd_figures){0};
    while (!error && figures->frames < frames) {
        uint64_t before = figures->frames;

        error = take_burst(driver, frames, figures);
        if (!error) {
            error = vd_publish(driver, VD_RECEIVE);
        }
        if (figures->frames > before) {
            last = nanoseconds_now();
            first = first == 0 ? last : first;
        } else if (!error) {
            error = vd_wait(driver, VD_RECEIVE, timeout_ms);
        }
        if (is_canceled(driver, VD_RECEIVE)) {
            error = -ECANCELED;
        }
    }
    figures->nanoseconds = last - first;
    figures->cpu_nanoseconds = nanoseconds_of_thread() - cpu;
    figures->kicks = queue->kicks - kicks;
    figures->interrupts = vd_interrupts(driver, VD_RECEIVE) - interrupts;
    return error;
}
