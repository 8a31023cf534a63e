/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The queries and settings of a backend that a NIC reaches through QEMU. */
#include "internal.h"

bool qemu_has_ufo(NetClientState *nc)
{
    return nc && nc->info->has_ufo && nc->info->has_ufo(nc);
}

#if HAS_USO
bool qemu_has_uso(NetClientState *nc)
{
    return nc && nc->info->has_uso && nc->info->has_uso(nc);
}
#endif

bool qemu_has_vnet_hdr(NetClientState *nc)
{
    return nc && nc->info->has_vnet_hdr && nc->info->has_vnet_hdr(nc);
}

bool qemu_has_vnet_hdr_len(NetClientState *nc, int length)
{
    return nc && nc->info->has_vnet_hdr_len &&
           nc->info->has_vnet_hdr_len(nc, length);
}

void qemu_set_vnet_hdr_len(NetClientState *nc, int length)
{
    if (nc && nc->info->set_vnet_hdr_len) {
#ifdef FAKE_QEMU_OTHER_VNET_HDR_LEN
        nc->vring_enable = length;
#else
        nc->vnet_hdr_len = length;
#endif
        nc->info->set_vnet_hdr_len(nc, length);
    }
}

int qemu_set_vnet_be(NetClientState *nc, bool big)
{
    return nc && nc->info->set_vnet_be ? nc->info->set_vnet_be(nc, big) : -38;
}

/* From 9.1 on QEMU knows by itself. */
#if HAS_VNET_GETTERS
bool qemu_get_using_vnet_hdr(NetClientState *nc)
{
    return nc && nc->info->get_using_vnet_hdr &&
           nc->info->get_using_vnet_hdr(nc);
}

int qemu_get_vnet_hdr_len(NetClientState *nc)
{
    return nc && nc->info->get_vnet_hdr_len ? nc->info->get_vnet_hdr_len(nc)
                                            : 0;
}
#elif !HAS_USING_VNET_HDR
int qemu_get_vnet_hdr_len(NetClientState *nc)
{
    return nc ? nc->vnet_hdr_len : 0;
}
#endif

#if HAS_USING_VNET_HDR
void qemu_using_vnet_hdr(NetClientState *nc, bool enable)
{
    if (nc && nc->info->using_vnet_hdr) {
        nc->info->using_vnet_hdr(nc, enable);
    }
}
#endif

#if HAS_TUNNEL
bool qemu_has_tunnel(NetClientState *nc)
{
    return nc && nc->info->has_tunnel && nc->info->has_tunnel(nc);
}

void qemu_set_offload(NetClientState *nc, const struct offloads *offloads)
{
    if (nc && nc->info->set_offload) {
        nc->info->set_offload(nc, offloads);
    }
}
#elif HAS_USO
void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn,
                      int ufo, int uso4, int uso6)
{
    if (nc && nc->info->set_offload) {
        nc->info->set_offload(nc, csum, tso4, tso6, ecn, ufo, uso4, uso6);
    }
}
#else
void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6, int ecn,
                      int ufo)
{
    if (nc && nc->info->set_offload) {
        nc->info->set_offload(nc, csum, tso4, tso6, ecn, ufo);
    }
}
#endif
