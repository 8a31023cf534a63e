/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Frames between a client and its peer. Each client has a queue of what its
 * peer has sent and it has not taken.
 *
 *     receive says 0    "queued, and stop": the frame is copied, the client
 *                       gets nothing more until qemu_flush_queued_packets
 *     anything else     consumed, negative too
 *
 * A frame with a completion callback is queued without limit.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct packet {
    struct packet *next;
    NetClientState *sender;
    sent_callback *sent;
    size_t size;
    uint8_t bytes[];
};

struct packet_queue {
    struct packet *first;
    bool delivering;
};

bool vm_running = true;

struct packet_queue *queue_new(void)
{
    return calloc(1, sizeof(struct packet_queue));
}

void queue_free(struct packet_queue *queue)
{
    struct packet *packet = queue->first;

    while (packet) {
        struct packet *next = packet->next;

        free(packet);
        packet = next;
    }
    free(queue);
}

bool queue_holds(const struct packet_queue *queue, const NetClientState *sender)
{
    const struct packet *packet = queue->first;

    while (packet && packet->sender != sender) {
        packet = packet->next;
    }
    return packet;
}

int qemu_can_receive_packet(NetClientState *nc)
{
    if (nc->receive_disabled) {
        return 0;
    }
    return !nc->info->can_receive || nc->info->can_receive(nc);
}

static ssize_t deliver(NetClientState *to, const uint8_t *frame, size_t size)
{
    ssize_t taken;

    if (to->link_down) {
        return (ssize_t)size;
    }
    if (to->receive_disabled) {
        return 0;
    }
    to->incoming->delivering = true;
    if (to->info->receive_iov) {
        /* As a NIC would: the frame in two pieces, and none in between. */
        const size_t head = size < 14 ? size : 14;
        const struct iovec pieces[] = {
            {(void *)(uintptr_t)frame, head},
            {NULL, 0},
            {(void *)(uintptr_t)(frame + head), size - head},
        };

        taken = to->info->receive_iov(to, pieces, 3);
    } else {
        taken = to->info->receive(to, frame, size);
    }
    to->incoming->delivering = false;
    to->receive_disabled = taken == 0;
    return taken;
}

static void append(struct packet_queue *queue, NetClientState *sender,
                   const uint8_t *frame, size_t size, sent_callback *sent)
{
    struct packet *packet = malloc(sizeof(*packet) + size);
    struct packet **end = &queue->first;

    FAKE_CHECK(packet);
    packet->next = NULL;
    packet->sender = sender;
    packet->sent = sent;
    packet->size = size;
    memcpy(packet->bytes, frame, size);
    while (*end) {
        end = &(*end)->next;
    }
    *end = packet;
}

static void flush(NetClientState *to)
{
    while (to->incoming->first) {
        struct packet *packet = to->incoming->first;
        ssize_t taken;

        to->incoming->first = packet->next;
        taken = deliver(to, packet->bytes, packet->size);
        if (taken == 0) {
            packet->next = to->incoming->first;
            to->incoming->first = packet;
            return;
        }
        if (packet->sent) {
            packet->sent(packet->sender, taken);
        }
        free(packet);
    }
}

ssize_t qemu_send_packet_async(NetClientState *nc, const uint8_t *frame,
                               int size, sent_callback *sent)
{
    NetClientState *to = nc->peer;
    ssize_t taken;

    FAKE_CHECK(size >= 0);
    if (nc->link_down || !to) {
        return size;
    }
    if (to->incoming->delivering || !vm_running ||
        !qemu_can_receive_packet(to)) {
        append(to->incoming, nc, frame, (size_t)size, sent);
        return 0;
    }
    taken = deliver(to, frame, (size_t)size);
    if (taken == 0) {
        append(to->incoming, nc, frame, (size_t)size, sent);
        return 0;
    }
    flush(to);
    return taken;
}

void qemu_flush_queued_packets(NetClientState *nc)
{
    nc->receive_disabled = 0;
    flush(nc);
}

void qemu_purge_queued_packets(NetClientState *nc)
{
    struct packet **link;

    if (!nc->peer) {
        return;
    }
    link = &nc->peer->incoming->first;
    while (*link) {
        struct packet *packet = *link;

        if (packet->sender != nc) {
            link = &packet->next;
            continue;
        }
        *link = packet->next;
        if (packet->sent) {
            packet->sent(nc, 0);
        }
        free(packet);
    }
}
