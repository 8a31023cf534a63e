/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What was agreed on with the back end. */
#include <linux/virtio_net.h>

#include "driver.h"

uint64_t vd_features(const struct vhost_driver *driver)
{
    return driver->features;
}

uint64_t vd_protocol_features(const struct vhost_driver *driver)
{
    return driver->protocol_features;
}

uint64_t vd_offered(const struct vhost_driver *driver)
{
    return driver->offered;
}

uint64_t vd_offered_protocol(const struct vhost_driver *driver)
{
    return driver->offered_protocol;
}

uint64_t vd_queue_num(const struct vhost_driver *driver)
{
    return driver->queue_num;
}

uint64_t vd_memory_slots(const struct vhost_driver *driver)
{
    return driver->memory_slots;
}

uint32_t vd_header_size(const struct vhost_driver *driver)
{
    return has_feature(driver, VIRTIO_F_VERSION_1) ||
                   has_feature(driver, VIRTIO_NET_F_MRG_RXBUF)
               ? sizeof(struct virtio_net_hdr_mrg_rxbuf)
               : sizeof(struct virtio_net_hdr);
}

uint32_t vd_base(const struct vhost_driver *driver, uint32_t queue)
{
    return queue < VD_MAXIMUM_QUEUES ? driver->queues[queue].base : 0;
}
