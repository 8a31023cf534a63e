/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_LAYOUT_H
#define SHIM_LAYOUT_H

#include <stddef.h>

/* No such slot in this release. */
#define LAYOUT_NONE (-1)

/* How set_offload gets its arguments. */
enum layout_offload_form {
    LAYOUT_OFFLOAD_5_INTS,
    LAYOUT_OFFLOAD_7_INTS,
    LAYOUT_OFFLOAD_STRUCT,
};

/* Where one family of releases keeps the slots of NetClientInfo. */
struct layout {
    const char *releases;
    int receive;
    int receive_raw;
    int receive_iov;
    int can_receive;
    int cleanup;
    int link_status_changed;
    int query_rx_filter;
    int poll;
    int has_ufo;
    int has_uso;
    int has_tunnel;
    int has_vnet_hdr;
    int has_vnet_hdr_len;
    int get_using_vnet_hdr;
    int using_vnet_hdr;
    int set_offload;
    int get_vnet_hdr_len;
    int set_vnet_hdr_len;
    int set_vnet_be;
    enum layout_offload_form offload_form;
};

/*
 * Find out by experiment which layout the running QEMU has. Needs no QEMU
 * state and may run before main.
 *
 * Returns the layout, or NULL with one sentence in reason.
 */
const struct layout *layout_probe(char *reason, size_t reason_size);

#endif /* SHIM_LAYOUT_H */
