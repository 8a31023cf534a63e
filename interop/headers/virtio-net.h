/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <linux/virtio_net.h>
#ifndef VIRTIO_NET_HDR_GSO_UDP_L4
/* Linux 6.2; virtio 1.2, 5.1.6. */
#define VIRTIO_NET_HDR_GSO_UDP_L4 5
#endif
