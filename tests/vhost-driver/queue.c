/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a ring needs: its memory, slots for frames, eventfds, and our own record
 * of what is free. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "driver.h"

#define PAGE 4096u

static uint8_t *take_memory(struct vhost_driver *driver, uint32_t region,
                            uint64_t size, uint64_t alignment)
{
    uint64_t start =
        (driver->region_used[region] + alignment - 1) / alignment * alignment;

    driver->region_used[region] = start + size;
    return (uint8_t *)driver->regions[region].base + start;
}

static bool open_files(struct queue *queue)
{
    int *files[] = {&queue->kick, &queue->call, &queue->error};

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        *files[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
        if (*files[i] < 0) {
            return false;
        }
    }
    return true;
}

int ring_open(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue = &driver->queues[index];
    uint32_t size = driver->options.queue_size;
    struct vring ring;

    queue->size = size;
    queue->slot_size = index == VD_RECEIVE ? driver->options.receive_size
                                           : driver->options.transmit_size;
    vring_init(&ring, size,
               take_memory(driver, 0, vring_size(size, PAGE), PAGE), PAGE);
    queue->descriptors = ring.desc;
    queue->available = ring.avail;
    queue->used = ring.used;
    queue->tables = (struct vring_desc *)take_memory(
        driver, 0,
        (uint64_t)size * table_length(queue) * sizeof(struct vring_desc), 16);
    queue->slots = calloc(size, sizeof(*queue->slots));
    queue->next = calloc(size, sizeof(*queue->next));
    queue->count = calloc(size, sizeof(*queue->count));
    if (!queue->slots || !queue->next || !queue->count) {
        return -ENOMEM;
    }
    for (uint32_t i = 0; i < size; i++) {
        queue->slots[i] = take_memory(driver, i % driver->options.regions,
                                      queue->slot_size, 64);
    }
    ring_reset(queue);
    return open_files(queue) ? 0 : -errno;
}

void ring_close(struct queue *queue)
{
    int files[] = {queue->kick, queue->call, queue->error};

    for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
        if (files[i] >= 0) {
            close(files[i]);
        }
    }
    free(queue->slots);
    free(queue->next);
    free(queue->count);
}

void ring_reset(struct queue *queue)
{
    uint32_t size = queue->size;

    memset(queue->descriptors, 0, size * sizeof(*queue->descriptors));
    memset(queue->available, 0, sizeof(uint16_t) * (3 + size));
    memset(queue->used, 0, sizeof(uint16_t) * 3 + 8 * size);
    for (uint32_t i = 0; i < size; i++) {
        queue->next[i] = (uint16_t)(i + 1);
        queue->count[i] = 0;
    }
    queue->first_free = 0;
    queue->free = (uint16_t)size;
    queue->added = 0;
    queue->published = 0;
    queue->taken = 0;
    queue->has_base = false;
}
