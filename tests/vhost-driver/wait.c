/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Waiting for the device. Interrupts are off but for the time of a wait: with
 * event index by an index that was passed long ago, else by a flag.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <sched.h>
#include <unistd.h>

#include "driver.h"

#define MILLISECOND 1000000u

/* The counter of the eventfd is the number of interrupts since the last look.
 */
static void count_interrupts(struct queue *queue)
{
    uint64_t count;

    if (read(queue->call, &count, sizeof(count)) == sizeof(count)) {
        queue->interrupts += count;
    }
}

/* Behind the available ring: the index at which we want an interrupt. */
static void ask_interrupt(struct vhost_driver *driver, struct queue *queue,
                          uint16_t more)
{
    if (has_feature(driver, VIRTIO_RING_F_EVENT_IDX)) {
        __atomic_store_n(&queue->available->ring[queue->size],
                         (uint16_t)(queue->taken + more - 1), __ATOMIC_RELAXED);
    } else {
        __atomic_store_n(&queue->available->flags, 0, __ATOMIC_RELAXED);
    }
    /* The device must see it before we look again whether it has passed. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}

void refuse_interrupt(const struct vhost_driver *driver, struct queue *queue)
{
    if (!has_feature(driver, VIRTIO_RING_F_EVENT_IDX)) {
        __atomic_store_n(&queue->available->flags, VRING_AVAIL_F_NO_INTERRUPT,
                         __ATOMIC_RELAXED);
    }
}

static bool is_used(const struct queue *queue)
{
    return ring_used_index(queue) != queue->taken;
}

/* So many more, without an interrupt for each where there is event index. */
static bool are_used(const struct queue *queue, uint16_t more)
{
    return (uint16_t)(ring_used_index(queue) - queue->taken) >= more;
}

/* One who is patient does not: its owner may be changing it. */
static bool looks_at_socket(const struct vhost_driver *driver)
{
    return !(driver->options.flags & VD_PATIENT);
}

static int sleep_until_call(struct vhost_driver *driver, struct queue *queue,
                            int timeout_ms)
{
    struct pollfd pollers[] = {
        {queue->call, POLLIN, 0},
        {looks_at_socket(driver) ? driver->socket : -1, POLLRDHUP, 0},
    };
    int ready = poll(pollers, 2, timeout_ms);

    if (ready < 0) {
        return errno == EINTR ? 0 : -errno;
    }
    count_interrupts(queue);
    if (pollers[1].revents) {
        return is_used(queue) ? 0 : -ECONNRESET;
    }
    return 0;
}

static int look_again(struct vhost_driver *driver, struct queue *queue)
{
    struct pollfd poller = {looks_at_socket(driver) ? driver->socket : -1,
                            POLLRDHUP, 0};

    sched_yield();
    if (poll(&poller, 1, 0) > 0) {
        return is_used(queue) ? 0 : -ECONNRESET;
    }
    return 0;
}

int ring_wait(struct vhost_driver *driver, uint32_t index, uint16_t more,
              uint32_t timeout_ms)
{
    struct queue *queue = &driver->queues[index];
    bool polls = driver->options.flags & VD_POLL;
    uint64_t end = nanoseconds_now() + (uint64_t)timeout_ms * MILLISECOND;
    int error = 0;

    if (is_used(queue)) {
        return 0;
    }
    if (!has_feature(driver, VIRTIO_RING_F_EVENT_IDX)) {
        more = 1;
    }
    if (!polls) {
        ask_interrupt(driver, queue, more);
    }
    while (!error && !are_used(queue, more)) {
        uint64_t now = nanoseconds_now();

        if (now >= end) {
            error = is_used(queue) ? 0 : -ETIMEDOUT;
            break;
        }
        if (is_canceled(driver, index)) {
            error = -ECANCELED;
        } else if (polls) {
            error = look_again(driver, queue);
        } else {
            /* In steps, so that a cancel is seen. */
            uint64_t left = (end - now) / MILLISECOND + 1;

            error = sleep_until_call(driver, queue, left > 20 ? 20 : (int)left);
        }
    }
    refuse_interrupt(driver, queue);
    return error;
}

int vd_wait(struct vhost_driver *driver, uint32_t index, uint32_t timeout_ms)
{
    if (index >= driver->options.queues) {
        return -EINVAL;
    }
    return ring_wait(driver, index, 1, timeout_ms);
}

uint64_t vd_kicks(const struct vhost_driver *driver, uint32_t index)
{
    return index < VD_MAXIMUM_QUEUES ? driver->queues[index].kicks : 0;
}

uint64_t vd_interrupts(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue;

    if (index >= driver->options.queues) {
        return 0;
    }
    queue = &driver->queues[index];
    count_interrupts(queue);
    return queue->interrupts;
}
