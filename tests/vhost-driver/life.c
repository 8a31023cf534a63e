/* SPDX-License-Identifier: GPL-2.0-or-later */
/* From nothing to a running device and back, in QEMU's order of messages. */
#include <errno.h>
#include <linux/virtio_net.h>
#include <stdlib.h>
#include <string.h>

#include "driver.h"

#define BIT(n) (1ull << (n))
#define VIRTIO_NET_F_USO (BIT(54) | BIT(55) | BIT(56))

void vd_defaults(struct vd_options *options)
{
    *options = (struct vd_options){
        .features =
            BIT(VIRTIO_F_VERSION_1) | BIT(VHOST_USER_F_PROTOCOL_FEATURES) |
            BIT(VIRTIO_NET_F_CSUM) | BIT(VIRTIO_NET_F_GUEST_CSUM) |
            BIT(VIRTIO_NET_F_GUEST_TSO4) | BIT(VIRTIO_NET_F_GUEST_TSO6) |
            BIT(VIRTIO_NET_F_GUEST_ECN) | BIT(VIRTIO_NET_F_HOST_TSO4) |
            BIT(VIRTIO_NET_F_HOST_TSO6) | BIT(VIRTIO_NET_F_HOST_ECN) |
            BIT(VIRTIO_NET_F_MRG_RXBUF) | BIT(VIRTIO_RING_F_INDIRECT_DESC) |
            BIT(VIRTIO_RING_F_EVENT_IDX) | VIRTIO_NET_F_USO,
        .protocol_features = BIT(VHOST_USER_PROTOCOL_F_MQ) |
                             BIT(VHOST_USER_PROTOCOL_F_LOG_SHMFD) |
                             BIT(VHOST_USER_PROTOCOL_F_RARP) |
                             BIT(VHOST_USER_PROTOCOL_F_REPLY_ACK) |
                             BIT(VHOST_USER_PROTOCOL_F_NET_MTU) |
                             BIT(VHOST_USER_PROTOCOL_F_INFLIGHT_SHMFD) |
                             BIT(VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS) |
                             BIT(VHOST_USER_PROTOCOL_F_STATUS),
        .flags = VD_INDIRECT,
        .regions = 1,
        .queues = VD_MAXIMUM_QUEUES,
        .queue_size = 256,
        .receive_size = 2048,
        .receive_pieces = 1,
        .transmit_size = 66 * 1024,
        .spare = 4096,
        .timeout_ms = 5000,
    };
}

static bool is_possible(const struct vd_options *options)
{
    uint32_t size = options->queue_size;

    return options->regions >= 1 && options->regions <= VD_MAXIMUM_REGIONS &&
           options->queues >= 1 && options->queues <= VD_MAXIMUM_QUEUES &&
           size >= 1 && size <= 32768 && (size & (size - 1)) == 0 &&
           options->receive_pieces >= 1 &&
           options->receive_pieces <= VD_MAXIMUM_PIECES &&
           options->receive_size >= 16 + 2 * options->receive_pieces &&
           options->transmit_size >= 16;
}

int vd_open(const struct vd_options *options, struct vhost_driver **result)
{
    struct vhost_driver *driver;
    int error;

    if (!is_possible(options)) {
        return -EINVAL;
    }
    driver = calloc(1, sizeof(*driver));
    if (!driver) {
        return -ENOMEM;
    }
    driver->options = *options;
    driver->socket = -1;
    driver->listener = -1;
    driver->log_fd = -1;
    driver->inflight_fd = -1;
    for (uint32_t i = 0; i < VD_MAXIMUM_QUEUES; i++) {
        struct queue *queue = &driver->queues[i];

        queue->kick = queue->call = queue->error = -1;
    }
    error = memory_open(driver);
    for (uint32_t i = 0; !error && i < options->queues; i++) {
        error = ring_open(driver, i);
    }
    if (error) {
        vd_close(driver);
        return error;
    }
    *result = driver;
    return 0;
}

void vd_close(struct vhost_driver *driver)
{
    if (!driver) {
        return;
    }
    scribbler_end(driver);
    threads_end(driver);
    vd_disconnect(driver);
    listener_close(driver);
    log_close(driver);
    for (uint32_t i = 0; i < VD_MAXIMUM_QUEUES; i++) {
        ring_close(&driver->queues[i]);
    }
    memory_close(driver);
    free(driver);
}

static int negotiate_protocol(struct vhost_driver *driver)
{
    int error = vd_get_number(driver, VHOST_USER_GET_PROTOCOL_FEATURES,
                              &driver->offered_protocol);
    uint64_t features =
        driver->offered_protocol & driver->options.protocol_features;

    if (!error) {
        error =
            vd_set_number(driver, VHOST_USER_SET_PROTOCOL_FEATURES, features);
    }
    if (error) {
        return error;
    }
    /* From here on: the message itself cannot ask for an acknowledgement. */
    driver->protocol_features = features;
    if (has_protocol_feature(driver, VHOST_USER_PROTOCOL_F_MQ)) {
        error =
            vd_get_number(driver, VHOST_USER_GET_QUEUE_NUM, &driver->queue_num);
    }
    if (!error && has_protocol_feature(
                      driver, VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS)) {
        error = vd_get_number(driver, VHOST_USER_GET_MAX_MEM_SLOTS,
                              &driver->memory_slots);
    }
    return error;
}

int vd_negotiate(struct vhost_driver *driver)
{
    int error;

    driver->protocol_features = 0;
    error = vd_get_number(driver, VHOST_USER_GET_FEATURES, &driver->offered);
    driver->features = driver->offered & driver->options.features;
    if (!error && has_feature(driver, VHOST_USER_F_PROTOCOL_FEATURES)) {
        error = negotiate_protocol(driver);
    }
    return error ? error : vd_set_nothing(driver, VHOST_USER_SET_OWNER);
}

static int start_memory(struct vhost_driver *driver)
{
    int error = 0;

    if (!has_protocol_feature(driver,
                              VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS)) {
        return vd_set_memory_table(driver);
    }
    for (uint32_t i = 0; !error && i < driver->options.regions; i++) {
        error = vd_add_region(driver, i);
    }
    return error;
}

static int start_inflight(struct vhost_driver *driver)
{
    int error;

    if (!has_protocol_feature(driver, VHOST_USER_PROTOCOL_F_INFLIGHT_SHMFD) ||
        driver->options.flags & VD_NO_INFLIGHT) {
        return 0;
    }
    error = vd_get_inflight(driver);
    return error ? error : vd_set_inflight(driver);
}

static int start_ring(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue = &driver->queues[index];
    uint16_t base = queue->has_base ? queue->base : ring_used_index(queue);
    int error;

    refuse_interrupt(driver, queue);
    error = vd_set_state(driver, VHOST_USER_SET_VRING_NUM, index, queue->size);
    if (!error) {
        error = vd_set_state(driver, VHOST_USER_SET_VRING_BASE, index, base);
    }
    if (!error) {
        error = vd_set_address(driver, index);
    }
    if (!error) {
        error =
            vd_set_file(driver, VHOST_USER_SET_VRING_KICK, index, queue->kick);
    }
    if (!error) {
        error =
            vd_set_file(driver, VHOST_USER_SET_VRING_CALL, index, queue->call);
    }
    /* Whoever is told nothing next has to look at the ring. */
    queue->has_base = false;
    return error;
}

/* All rings; without protocol features they are never disabled. */
static int enable(struct vhost_driver *driver, uint32_t on)
{
    int error = 0;

    if (has_feature(driver, VHOST_USER_F_PROTOCOL_FEATURES)) {
        for (uint32_t i = 0; !error && i < driver->options.queues; i++) {
            error = vd_set_state(driver, VHOST_USER_SET_VRING_ENABLE, i, on);
        }
    }
    return error;
}

/* QEMU sends it where the driver has set DRIVER_OK, or taken it back. */
static int set_status(struct vhost_driver *driver, uint64_t status)
{
    if (!has_protocol_feature(driver, VHOST_USER_PROTOCOL_F_STATUS)) {
        return 0;
    }
    return vd_set_number(driver, VHOST_USER_SET_STATUS, status);
}

int vd_start(struct vhost_driver *driver)
{
    int error =
        vd_set_number(driver, VHOST_USER_SET_FEATURES, driver->features);

    if (!error) {
        error = start_inflight(driver);
    }
    if (!error) {
        error = start_memory(driver);
    }
    for (uint32_t i = 0; !error && i < driver->options.queues; i++) {
        error = start_ring(driver, i);
    }
    if (!error) {
        error = enable(driver, 1);
    }
    if (!error) {
        error = set_status(driver, VIRTIO_CONFIG_S_ACKNOWLEDGE |
                                       VIRTIO_CONFIG_S_DRIVER |
                                       VIRTIO_CONFIG_S_FEATURES_OK |
                                       VIRTIO_CONFIG_S_DRIVER_OK);
    }
    for (uint32_t i = 0; !error && i < driver->options.queues; i++) {
        error = kick_uncounted(driver, i);
    }
    return error;
}

int vd_stop(struct vhost_driver *driver)
{
    int error = enable(driver, 0);

    for (uint32_t i = 0; !error && i < driver->options.queues; i++) {
        uint32_t base;

        error = vd_get_state(driver, VHOST_USER_GET_VRING_BASE, i, &base);
    }
    return error ? error : set_status(driver, 0);
}

void vd_reset(struct vhost_driver *driver)
{
    for (uint32_t i = 0; i < driver->options.queues; i++) {
        ring_reset(&driver->queues[i]);
    }
}
