/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A split virtqueue from the driver's side (virtio 1.2, 2.7).
 *
 *     vd_add      descriptors, and the head into the available ring
 *     vd_publish  its index; a kick, unless the device does not want one
 *     vd_take     the next element of the used ring
 *
 * What is in flight is remembered here, not in the rings, so that a device that
 * writes nonsense is found out.
 */
#include <errno.h>
#include <unistd.h>

#include "driver.h"

static struct queue *find(const struct vhost_driver *driver, uint32_t index)
{
    if (index >= driver->options.queues) {
        return NULL;
    }
    return (struct queue *)&driver->queues[index];
}

int vd_next_head(const struct vhost_driver *driver, uint32_t index)
{
    const struct queue *queue = find(driver, index);

    if (!queue) {
        return -EINVAL;
    }
    return queue->free > 0 ? queue->first_free : -EAGAIN;
}

static void write_descriptor(struct vring_desc *descriptor,
                             const struct vd_piece *piece, uint16_t next,
                             bool is_last)
{
    descriptor->addr = piece->address;
    descriptor->len = piece->length;
    descriptor->flags = (uint16_t)((piece->writable ? VRING_DESC_F_WRITE : 0) |
                                   (is_last ? 0 : VRING_DESC_F_NEXT));
    descriptor->next = is_last ? 0 : next;
}

static uint16_t take_free(struct queue *queue)
{
    uint16_t index = queue->first_free;

    queue->first_free = queue->next[index];
    queue->free--;
    return index;
}

static void write_table(struct vhost_driver *driver, struct queue *queue,
                        uint16_t head, const struct vd_piece *pieces,
                        uint32_t count)
{
    struct vring_desc *table = queue->tables + head * table_length(queue);

    for (uint32_t i = 0; i < count; i++) {
        write_descriptor(&table[i], &pieces[i], (uint16_t)(i + 1),
                         i + 1 == count);
    }
    queue->descriptors[head] = (struct vring_desc){
        .addr = vd_guest_address(driver, table),
        .len = count * (uint32_t)sizeof(*table),
        .flags = VRING_DESC_F_INDIRECT,
    };
}

static void write_chain(struct queue *queue, uint16_t head,
                        const struct vd_piece *pieces, uint32_t count)
{
    uint16_t index = head;

    for (uint32_t i = 0; i < count; i++) {
        bool is_last = i + 1 == count;
        uint16_t next = is_last ? 0 : take_free(queue);

        write_descriptor(&queue->descriptors[index], &pieces[i], next, is_last);
        queue->next[index] = next;
        index = next;
    }
}

static void show_head(struct queue *queue, uint16_t head)
{
    queue->available->ring[queue->added++ % queue->size] = head;
}

int vd_add(struct vhost_driver *driver, uint32_t index,
           const struct vd_piece *pieces, uint32_t count)
{
    struct queue *queue = find(driver, index);
    bool indirect = count > 1 && driver->options.flags & VD_INDIRECT &&
                    has_feature(driver, VIRTIO_RING_F_INDIRECT_DESC);
    uint32_t needed = indirect ? 1 : count;
    uint16_t head;

    if (!queue || count == 0 ||
        count > (indirect ? table_length(queue) : queue->size)) {
        return -EINVAL;
    }
    if (queue->free < needed) {
        return -EAGAIN;
    }
    head = take_free(queue);
    queue->count[head] = (uint16_t)needed;
    if (indirect) {
        write_table(driver, queue, head, pieces, count);
    } else {
        write_chain(queue, head, pieces, count);
    }
    show_head(queue, head);
    return head;
}

int vd_offer(struct vhost_driver *driver, uint32_t index, uint32_t head)
{
    struct queue *queue = find(driver, index);

    if (!queue) {
        return -EINVAL;
    }
    show_head(queue, (uint16_t)head);
    __atomic_store_n(&queue->available->idx, queue->added, __ATOMIC_RELEASE);
    queue->published = queue->added;
    return 0;
}

int kick_uncounted(struct vhost_driver *driver, uint32_t index)
{
    uint64_t one = 1;
    ssize_t written = write(driver->queues[index].kick, &one, sizeof(one));

    return written == sizeof(one) ? 0 : -errno;
}

int vd_kick(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue = find(driver, index);

    if (!queue) {
        return -EINVAL;
    }
    queue->kicks++;
    return kick_uncounted(driver, index);
}

/* Behind the used ring: the index at which the device wants a kick. */
static uint16_t available_event(const struct queue *queue)
{
    return __atomic_load_n((uint16_t *)&queue->used->ring[queue->size],
                           __ATOMIC_RELAXED);
}

static bool is_kick_wanted(const struct vhost_driver *driver,
                           const struct queue *queue, uint16_t before)
{
    if (has_feature(driver, VIRTIO_RING_F_EVENT_IDX)) {
        return vring_need_event(available_event(queue), queue->added, before);
    }
    return !(__atomic_load_n(&queue->used->flags, __ATOMIC_RELAXED) &
             VRING_USED_F_NO_NOTIFY);
}

int vd_publish(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue = find(driver, index);
    uint16_t before;

    if (!queue) {
        return -EINVAL;
    }
    before = queue->published;
    if (before == queue->added) {
        return 0;
    }
    __atomic_store_n(&queue->available->idx, queue->added, __ATOMIC_RELEASE);
    queue->published = queue->added;
    /* The device must see the index before we see what it wants. */
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return is_kick_wanted(driver, queue, before) ? vd_kick(driver, index) : 0;
}

uint16_t ring_used_index(const struct queue *queue)
{
    return __atomic_load_n(&queue->used->idx, __ATOMIC_ACQUIRE);
}

static void give_free(struct queue *queue, uint16_t head)
{
    uint16_t count = queue->count[head];
    uint16_t last = head;

    for (uint16_t i = 1; i < count; i++) {
        last = queue->next[last];
    }
    queue->next[last] = queue->first_free;
    queue->first_free = head;
    queue->free = (uint16_t)(queue->free + count);
    queue->count[head] = 0;
}

int vd_take(struct vhost_driver *driver, uint32_t index, uint32_t *length)
{
    struct queue *queue = find(driver, index);
    struct vring_used_elem element;

    if (!queue) {
        return -EINVAL;
    }
    if (ring_used_index(queue) == queue->taken) {
        return -EAGAIN;
    }
    element = queue->used->ring[queue->taken % queue->size];
    queue->taken++;
    if (element.id >= queue->size || queue->count[element.id] == 0) {
        return -EPROTO;
    }
    give_free(queue, (uint16_t)element.id);
    *length = element.len;
    return (int)element.id;
}

void *vd_slot(struct vhost_driver *driver, uint32_t index, uint32_t head)
{
    struct queue *queue = find(driver, index);

    return queue && head < queue->size ? queue->slots[head] : NULL;
}

uint32_t vd_free(const struct vhost_driver *driver, uint32_t index)
{
    const struct queue *queue = find(driver, index);

    return queue ? queue->free : 0;
}

int vd_ring(struct vhost_driver *driver, uint32_t index, struct vd_ring *ring)
{
    struct queue *queue = find(driver, index);

    if (!queue) {
        return -EINVAL;
    }
    *ring = (struct vd_ring){
        .descriptors = queue->descriptors,
        .available = queue->available,
        .used = queue->used,
        .tables = queue->tables,
        .size = queue->size,
        .table_length = table_length(queue),
        .kick = queue->kick,
        .call = queue->call,
        .error = queue->error,
    };
    return 0;
}
