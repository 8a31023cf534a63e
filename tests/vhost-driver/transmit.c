/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest to wire. As Linux's driver does it, frames that the device has given
 * back are taken when the next is sent; interrupts help only when the ring is
 * full, and then late: when three quarters are back. */
#include <errno.h>
#include <string.h>

#include "driver.h"

static int reap(struct vhost_driver *driver)
{
    uint32_t length;
    int head;

    do {
        head = vd_take(driver, VD_TRANSMIT, &length);
    } while (head >= 0);
    return head == -EAGAIN ? 0 : head;
}

/* Adds a frame whose bytes are in the slot of the next head already. */
static int add(struct vhost_driver *driver, uint32_t size,
               const uint32_t *lengths, uint32_t count)
{
    struct vd_piece pieces[VD_MAXIMUM_PIECES];
    struct queue *queue = &driver->queues[VD_TRANSMIT];
    uint64_t address =
        vd_guest_address(driver, queue->slots[queue->first_free]);

    if (count == 0) {
        pieces[0] = (struct vd_piece){address, size, 0};
        return vd_add(driver, VD_TRANSMIT, pieces, 1);
    }
    for (uint32_t i = 0; i < count; i++) {
        pieces[i] = (struct vd_piece){address, lengths[i], 0};
        address += lengths[i];
    }
    return vd_add(driver, VD_TRANSMIT, pieces, count);
}

static bool is_possible(const struct vhost_driver *driver, uint32_t size,
                        const uint32_t *lengths, uint32_t count)
{
    uint64_t sum = 0;

    for (uint32_t i = 0; i < count && i < VD_MAXIMUM_PIECES; i++) {
        sum += lengths[i];
    }
    return driver->options.queues > VD_TRANSMIT && count <= VD_MAXIMUM_PIECES &&
           size <= driver->options.transmit_size && (count == 0 || sum == size);
}

/* Until something is back, at best three quarters of what the device has. */
static int wait_for_room(struct vhost_driver *driver, uint32_t timeout_ms)
{
    struct queue *queue = &driver->queues[VD_TRANSMIT];
    uint16_t pending = (uint16_t)(queue->added - queue->taken);
    uint16_t more = (uint16_t)(pending - pending / 4);

    return ring_wait(driver, VD_TRANSMIT, more < 1 ? 1 : more, timeout_ms);
}

int vd_transmit(struct vhost_driver *driver, const void *bytes, uint32_t size,
                const uint32_t *lengths, uint32_t count)
{
    struct queue *queue = &driver->queues[VD_TRANSMIT];
    int result;

    if (!is_possible(driver, size, lengths, count)) {
        return -EINVAL;
    }
    do {
        result = reap(driver);
        if (result) {
            return result;
        }
        result = -EAGAIN;
        if (queue->free > 0) {
            memcpy(queue->slots[queue->first_free], bytes, size);
            result = add(driver, size, lengths, count);
        }
        if (result == -EAGAIN) {
            int error = wait_for_room(driver, driver->options.timeout_ms);

            if (error) {
                return error;
            }
        }
    } while (result == -EAGAIN);
    return result < 0 ? result : vd_publish(driver, VD_TRANSMIT);
}

int vd_transmit_done(struct vhost_driver *driver, uint32_t timeout_ms)
{
    struct queue *queue = &driver->queues[VD_TRANSMIT];
    int error = reap(driver);

    while (!error && queue->taken != queue->added) {
        error = ring_wait(driver, VD_TRANSMIT,
                          (uint16_t)(queue->added - queue->taken), timeout_ms);
        if (!error) {
            error = reap(driver);
        }
    }
    return error;
}

/* As many as there is room for; shown in steps, so that the device begins. */
static int add_burst(struct vhost_driver *driver, uint32_t size,
                     const uint32_t *lengths, uint32_t count, uint64_t *left)
{
    uint32_t step = 0;
    int error = 0;

    while (!error && *left > 0) {
        int head = driver->queues[VD_TRANSMIT].free > 0
                       ? add(driver, size, lengths, count)
                       : -EAGAIN;

        if (head < 0) {
            error = head;
            break;
        }
        --*left;
        if (++step % 32 == 0) {
            error = vd_publish(driver, VD_TRANSMIT);
        }
    }
    if (error && error != -EAGAIN) {
        return error;
    }
    return vd_publish(driver, VD_TRANSMIT);
}

int vd_prepare(struct vhost_driver *driver, const void *bytes, uint32_t size)
{
    struct queue *queue = &driver->queues[VD_TRANSMIT];
    int error;

    if (!is_possible(driver, size, NULL, 0)) {
        return -EINVAL;
    }
    error = reap(driver);
    if (error || queue->taken != queue->added) {
        return error ? error : -EBUSY;
    }
    for (uint32_t i = 0; i < queue->size; i++) {
        memcpy(queue->slots[i], bytes, size);
    }
    return 0;
}

int64_t vd_transmit_burst(struct vhost_driver *driver, uint32_t size,
                          const uint32_t *lengths, uint32_t count,
                          uint64_t frames)
{
    uint64_t left = frames;
    int error;

    if (!is_possible(driver, size, lengths, count)) {
        return -EINVAL;
    }
    error = reap(driver);
    if (!error) {
        error = add_burst(driver, size, lengths, count, &left);
    }
    return error ? error : (int64_t)(frames - left);
}

static int transmit_all(struct vhost_driver *driver, uint32_t size,
                        const uint32_t *lengths, uint32_t count, uint64_t *left,
                        uint32_t timeout_ms)
{
    int error = 0;

    while (!error && *left > 0) {
        error = add_burst(driver, size, lengths, count, left);
        if (!error && *left > 0) {
            error = wait_for_room(driver, timeout_ms);
        }
        if (!error) {
            error = reap(driver);
        }
        if (is_canceled(driver, VD_TRANSMIT)) {
            return -ECANCELED;
        }
    }
    return error ? error : vd_transmit_done(driver, timeout_ms);
}

int vd_transmit_many(struct vhost_driver *driver, const void *bytes,
                     uint32_t size, const uint32_t *lengths, uint32_t count,
                     uint64_t frames, uint32_t timeout_ms,
                     struct vd_figures *figures)
{
    const struct queue *queue = &driver->queues[VD_TRANSMIT];
    uint64_t kicks = vd_kicks(driver, VD_TRANSMIT);
    uint64_t left = frames;
    uint64_t interrupts;
    uint64_t cpu;
    uint64_t start;
    int error;

    *figures = (struct vd_figures){0};
    if (!is_possible(driver, size, lengths, count)) {
        return -EINVAL;
    }
    error = vd_transmit_done(driver, timeout_ms);
    if (!error) {
        error = vd_prepare(driver, bytes, size);
    }
    if (error) {
        return error;
    }
    interrupts = vd_interrupts(driver, VD_TRANSMIT);
    cpu = nanoseconds_of_thread();
    start = nanoseconds_now();
    error = transmit_all(driver, size, lengths, count, &left, timeout_ms);
    figures->nanoseconds = nanoseconds_now() - start;
    figures->cpu_nanoseconds = nanoseconds_of_thread() - cpu;
    /* What the device still has when the loop is cut short is not counted. */
    figures->frames = frames - left - (uint16_t)(queue->added - queue->taken);
    figures->bytes = figures->frames * size;
    figures->kicks = vd_kicks(driver, VD_TRANSMIT) - kicks;
    figures->interrupts = vd_interrupts(driver, VD_TRANSMIT) - interrupts;
    return error;
}
