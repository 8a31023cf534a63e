/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest that writes into its rings while the device reads them. Half of the
 * values get far: they are what a device would believe.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <time.h>

#include "driver.h"

#define MILLISECOND 1000000u
/* Writes between two looks at the clock, and how often at least: on a busy
 * machine the time may be over before it has begun. */
#define BURST 64
#define MINIMUM_BURSTS 64

/* SplitMix64 (Steele, Lea, Flood 2014). */
static uint64_t draw(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

static uint32_t draw_below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)(draw(state) % limit);
}

/* An address in a region, at its end, beyond it, or of a ring itself. */
static uint64_t draw_address(struct scribbler *scribbler)
{
    struct vhost_driver *driver = scribbler->driver;
    uint64_t *random = &scribbler->random;
    struct queue *queue = &driver->queues[scribbler->queue];
    struct vd_region *region =
        &driver->regions[draw_below(random, driver->options.regions)];

    switch (draw_below(random, 6)) {
    case 0:
        return draw(random);
    case 1:
        return region->guest_address + region->size - draw_below(random, 64);
    case 2:
        return region->guest_address + region->size + draw_below(random, 64);
    case 3:
        return vd_guest_address(driver, queue->descriptors) +
               16ull * draw_below(random, queue->size);
    case 4:
        return vd_guest_address(driver, queue->tables);
    default:
        return region->guest_address + draw(random) % region->size;
    }
}

static uint32_t draw_length(uint64_t *random)
{
    switch (draw_below(random, 5)) {
    case 0:
        return (uint32_t)draw(random);
    case 1:
        return 0;
    case 2:
        return 16 * draw_below(random, 300);
    default:
        return draw_below(random, 70000);
    }
}

static void write_descriptor(struct scribbler *scribbler,
                             struct vring_desc *descriptors, uint32_t count)
{
    uint64_t *random = &scribbler->random;
    struct vring_desc *descriptor = &descriptors[draw_below(random, count)];

    switch (draw_below(random, 4)) {
    case 0:
        __atomic_store_n(&descriptor->addr, draw_address(scribbler),
                         __ATOMIC_RELAXED);
        break;
    case 1:
        __atomic_store_n(&descriptor->len, draw_length(random),
                         __ATOMIC_RELAXED);
        break;
    case 2:
        /* NEXT, WRITE, INDIRECT, and now and then bits that mean nothing. */
        __atomic_store_n(
            &descriptor->flags,
            (uint16_t)(draw(random) & (draw_below(random, 8) ? 7 : 0xffff)),
            __ATOMIC_RELAXED);
        break;
    default:
        __atomic_store_n(&descriptor->next,
                         (uint16_t)draw_below(random, count + 2),
                         __ATOMIC_RELAXED);
    }
}

static void write_available(struct scribbler *scribbler)
{
    struct queue *queue = &scribbler->driver->queues[scribbler->queue];
    uint64_t *random = &scribbler->random;
    uint16_t index = queue->available->idx;

    switch (draw_below(random, 8)) {
    case 0:
        __atomic_store_n(&queue->available->flags, (uint16_t)draw(random),
                         __ATOMIC_RELAXED);
        break;
    case 1:
        __atomic_store_n(&queue->available->idx, (uint16_t)draw(random),
                         __ATOMIC_RELAXED);
        break;
    case 2:
    case 3:
        __atomic_store_n(&queue->available->idx,
                         (uint16_t)(index + draw_below(random, 4)),
                         __ATOMIC_RELEASE);
        break;
    default:
        /* The event index, too, which lies behind. */
        __atomic_store_n(
            &queue->available->ring[draw_below(random, queue->size + 1)],
            (uint16_t)(draw_below(random, 4) ? draw_below(random, queue->size)
                                             : draw(random)),
            __ATOMIC_RELAXED);
    }
}

static void write_used(struct scribbler *scribbler)
{
    struct queue *queue = &scribbler->driver->queues[scribbler->queue];
    uint64_t *random = &scribbler->random;

    if (draw_below(random, 2)) {
        __atomic_store_n(&queue->used->idx, (uint16_t)draw(random),
                         __ATOMIC_RELAXED);
    } else {
        __atomic_store_n(&queue->used->ring[draw_below(random, queue->size)].id,
                         (uint32_t)draw(random), __ATOMIC_RELAXED);
    }
}

static void write_buffer(struct scribbler *scribbler)
{
    struct queue *queue = &scribbler->driver->queues[scribbler->queue];
    uint64_t *random = &scribbler->random;
    uint8_t *slot = queue->slots[draw_below(random, queue->size)];
    /* The header and the first headers of the frame decide most. */
    uint32_t end = draw_below(random, 2) ? 80 : queue->slot_size;

    __atomic_store_n(
        &slot[draw_below(random,
                         end < queue->slot_size ? end : queue->slot_size)],
        (uint8_t)draw(random), __ATOMIC_RELAXED);
}

static void write_once(struct scribbler *scribbler)
{
    struct queue *queue = &scribbler->driver->queues[scribbler->queue];
    uint32_t part = 1u << draw_below(&scribbler->random, 5);

    /* Each value is drawn, whether its part is wanted or not would change it.
     */
    switch (part & scribbler->parts) {
    case VD_DESCRIPTORS:
        write_descriptor(scribbler, queue->descriptors, queue->size);
        break;
    case VD_AVAILABLE:
        write_available(scribbler);
        break;
    case VD_USED:
        write_used(scribbler);
        break;
    case VD_TABLES:
        write_descriptor(scribbler, queue->tables,
                         queue->size * table_length(queue));
        break;
    case VD_BUFFERS:
        write_buffer(scribbler);
        break;
    default:
        return;
    }
    scribbler->writes++;
}

static void *scribble(void *argument)
{
    struct scribbler *scribbler = argument;
    const struct timespec pause = {.tv_nsec = 20000};
    uint64_t end =
        nanoseconds_now() + (uint64_t)scribbler->milliseconds * MILLISECOND;

    for (int bursts = 0; bursts < MINIMUM_BURSTS || nanoseconds_now() < end;
         bursts++) {
        if (__atomic_load_n(&scribbler->ended, __ATOMIC_RELAXED)) {
            break;
        }
        for (int i = 0; i < BURST; i++) {
            write_once(scribbler);
        }
        kick_uncounted(scribbler->driver, scribbler->queue);
        /* The device must get a turn, on one processor, too. */
        nanosleep(&pause, NULL);
    }
    return NULL;
}

int vd_scribble(struct vhost_driver *driver, uint32_t queue, uint32_t parts,
                uint64_t seed, uint32_t milliseconds)
{
    struct scribbler *scribbler = &driver->scribbler;
    int error;

    if (queue >= driver->options.queues || (parts & 31) == 0) {
        return -EINVAL;
    }
    if (scribbler->started) {
        return -EBUSY;
    }
    *scribbler = (struct scribbler){
        .driver = driver,
        .queue = queue,
        .parts = parts,
        .random = seed,
        .milliseconds = milliseconds,
    };
    error = pthread_create(&scribbler->thread, NULL, scribble, scribbler);
    scribbler->started = !error;
    return -error;
}

static int64_t end_thread(struct vhost_driver *driver)
{
    pthread_join(driver->scribbler.thread, NULL);
    driver->scribbler.started = false;
    return driver->scribbler.writes;
}

int64_t vd_scribble_end(struct vhost_driver *driver)
{
    return driver->scribbler.started ? end_thread(driver) : -EINVAL;
}

void scribbler_end(struct vhost_driver *driver)
{
    if (driver->scribbler.started) {
        __atomic_store_n(&driver->scribbler.ended, true, __ATOMIC_RELAXED);
        end_thread(driver);
    }
}
