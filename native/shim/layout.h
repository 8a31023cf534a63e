/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_LAYOUT_H
#define SHIM_LAYOUT_H

/* This release has no such slot. */
#define LAYOUT_NONE (-1)

/* How QEMU passes the arguments of set_offload. */
enum layout_offload_form {
    LAYOUT_OFFLOAD_5_INTS,
    LAYOUT_OFFLOAD_7_INTS,
    LAYOUT_OFFLOAD_STRUCT,
};

/*
 * NetClientInfo is the table of callbacks that QEMU calls a net client through.
 * A slot is the place of one callback in it: an offset, which differs between
 * families of releases. This is one family.
 */
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

#endif /* SHIM_LAYOUT_H */
