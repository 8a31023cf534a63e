/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A NIC: takes as many frames as the test lets it, and sends the test's. */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* Behind the client, as QEMU keeps a pointer to its NICState. */
struct nic_client {
    NetClientState client;
    struct fake_nic *nic;
};

static struct fake_nic *nic_of(NetClientState *client)
{
    return ((struct nic_client *)client)->nic;
}

static ssize_t nic_receive(NetClientState *client, const uint8_t *frame,
                           size_t size)
{
    struct fake_nic *nic = nic_of(client);

    FAKE_CHECK(size <= sizeof(nic->last));
    if (nic->room == 0) {
        return 0;
    }
    nic->room--;
    nic->frames++;
    nic->last_size = size;
    memcpy(nic->last, frame, size);
    return (ssize_t)size;
}

static bool nic_can_receive(NetClientState *client)
{
    return nic_of(client)->can_receive;
}

/* Two kinds: the one says do_not_pad, as virtio-net does. */
static NetClientInfo nic_infos[2] = {
    {
        .type = DRIVER_NIC,
        .size = sizeof(struct nic_client),
        .receive = nic_receive,
        .can_receive = nic_can_receive,
    },
    {
        .type = DRIVER_NIC,
        .size = sizeof(struct nic_client),
        .receive = nic_receive,
        .can_receive = nic_can_receive,
    },
};

struct fake_nic *fake_nic_add(NetClientState *backend, bool do_not_pad)
{
    struct fake_nic *nic = calloc(1, sizeof(*nic));

    FAKE_CHECK(nic);
    nic->client =
        qemu_new_net_client(&nic_infos[do_not_pad], backend, "nic", "nic");
    ((struct nic_client *)nic->client)->nic = nic;
    nic->client->do_not_pad = do_not_pad;
    nic->room = 1000000000;
    nic->can_receive = true;
    return nic;
}

/* Frames the backend has queued here are thrown away, which their callbacks
 * are told; then goes a backend that was deleted earlier. */
void fake_nic_del(struct fake_nic *nic)
{
    NetClientState *backend = nic->client->peer;

    if (backend) {
        qemu_purge_queued_packets(backend);
        qemu_purge_queued_packets(nic->client);
    }
    if (nic->peer_deleted) {
        if (!CLEANS_UP_AT_ONCE && backend->info->cleanup) {
            backend->info->cleanup(backend);
        }
        client_free(backend);
    }
    client_unlist(nic->client);
    client_free(nic->client);
    free(nic);
}

static void completed(NetClientState *client, ssize_t size)
{
    (void)size;
    nic_of(client)->completions++;
}

ssize_t fake_nic_send(struct fake_nic *nic, const void *frame, size_t size)
{
    return qemu_send_packet_async(nic->client, frame, (int)size, completed);
}

void fake_nic_take(struct fake_nic *nic, int room)
{
    nic->room = room;
    qemu_flush_queued_packets(nic->client);
}

void fake_vm_set_running(bool running)
{
    vm_running = running;
}
