/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The two structs of QEMU's net layer that a backend sees, as each release
 * lays them out. FAKE_QEMU_RELEASE is major * 100 + minor:
 *
 *     702, 800, 802, 1000, 1001, 1101
 *     1100   a guess: laid out as 11.1
 *     1200   made up: a slot more than the shim knows
 *
 * The assertions at the end are offsets of the tables in interop/layouts.
 */
#ifndef FAKE_QEMU_RELEASE_H
#define FAKE_QEMU_RELEASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <sys/uio.h>

#ifndef FAKE_QEMU_RELEASE
#error "choose a release: -DFAKE_QEMU_RELEASE=702"
#endif

#define HAS_RECEIVE_RAW (FAKE_QEMU_RELEASE < 901)
#define HAS_USING_VNET_HDR (FAKE_QEMU_RELEASE < 901)
#define HAS_VNET_GETTERS (FAKE_QEMU_RELEASE >= 800 && FAKE_QEMU_RELEASE < 901)
#define HAS_USO (FAKE_QEMU_RELEASE >= 802)
#define HAS_TUNNEL (FAKE_QEMU_RELEASE >= 1002)
#define HAS_HASH_TYPES (FAKE_QEMU_RELEASE >= 1001)
#define HAS_VHOST_NET (FAKE_QEMU_RELEASE >= 1001)
#define HAS_SLOT_OF_TOMORROW (FAKE_QEMU_RELEASE >= 1200)
/* netdev_del of a backend that a NIC uses; 10.0 is the first that waits. */
#define CLEANS_UP_AT_ONCE (FAKE_QEMU_RELEASE < 1000)

typedef struct NetClientState NetClientState;
typedef struct NetClientInfo NetClientInfo;

/* set_offload from 10.2 on. */
struct offloads {
    bool csum, tso4, tso6, ecn, ufo, uso4, uso6, tunnel, tunnel_csum;
};

typedef ssize_t receive_function(NetClientState *, const uint8_t *, size_t);
typedef void unused_function(void);

struct NetClientInfo {
    uint32_t type;
    size_t size;
    receive_function *receive;
#if HAS_RECEIVE_RAW
    receive_function *receive_raw;
#endif
    ssize_t (*receive_iov)(NetClientState *, const struct iovec *, int);
    bool (*can_receive)(NetClientState *);
    unused_function *start, *load, *stop;
    void (*cleanup)(NetClientState *);
    void (*link_status_changed)(NetClientState *);
    unused_function *query_rx_filter, *poll;
    bool (*has_ufo)(NetClientState *);
#if HAS_USO
    bool (*has_uso)(NetClientState *);
#endif
#if HAS_TUNNEL
    bool (*has_tunnel)(NetClientState *);
#endif
#if HAS_SLOT_OF_TOMORROW
    unused_function *has_something;
#endif
    bool (*has_vnet_hdr)(NetClientState *);
    bool (*has_vnet_hdr_len)(NetClientState *, int);
#if HAS_VNET_GETTERS
    bool (*get_using_vnet_hdr)(NetClientState *);
#endif
#if HAS_USING_VNET_HDR
    void (*using_vnet_hdr)(NetClientState *, bool);
#endif
#if HAS_TUNNEL
    void (*set_offload)(NetClientState *, const struct offloads *);
#elif HAS_USO
    void (*set_offload)(NetClientState *, int, int, int, int, int, int, int);
#else
    void (*set_offload)(NetClientState *, int, int, int, int, int);
#endif
#if HAS_VNET_GETTERS
    int (*get_vnet_hdr_len)(NetClientState *);
#endif
    void (*set_vnet_hdr_len)(NetClientState *, int);
    int (*set_vnet_le)(NetClientState *, bool);
    int (*set_vnet_be)(NetClientState *, bool);
#if HAS_HASH_TYPES
    unused_function *get_vnet_hash_supported_types;
#endif
    unused_function *announce, *set_steering_ebpf, *check_peer_type;
#if HAS_VHOST_NET
    void *(*get_vhost_net)(NetClientState *);
#endif
};

/* The same in all releases. */
struct NetClientState {
    NetClientInfo *info;
    int link_down;
    NetClientState *next;
    void *unused_previous;
    NetClientState *peer;
    struct packet_queue *incoming;
    char *model;
    char *name;
    char info_str[256];
    int receive_disabled;
    void *unused_destructor;
    uint32_t queue_index;
    int unused_rxfilter;
    int vring_enable;
    int vnet_hdr_len;
    bool is_netdev;
    bool do_not_pad;
    bool is_datapath;
    void *unused_filters[2];
};

#define AT(type, member, offset)                                               \
    _Static_assert(offsetof(struct type, member) == (offset), #member)
AT(NetClientState, peer, 0x20);
AT(NetClientState, info_str, 0x40);
AT(NetClientState, receive_disabled, 0x140);
AT(NetClientState, vnet_hdr_len, 0x15c);
AT(NetClientState, do_not_pad, 0x161);
_Static_assert(sizeof(struct NetClientState) == 0x178, "NetClientState");

#if FAKE_QEMU_RELEASE == 702
AT(NetClientInfo, receive_iov, 0x20);
AT(NetClientInfo, cleanup, 0x48);
AT(NetClientInfo, has_vnet_hdr, 0x70);
AT(NetClientInfo, set_offload, 0x88);
AT(NetClientInfo, set_vnet_be, 0xa0);
_Static_assert(sizeof(struct NetClientInfo) == 0xc0, "7.2");
#elif FAKE_QEMU_RELEASE == 800
AT(NetClientInfo, get_using_vnet_hdr, 0x80);
AT(NetClientInfo, set_offload, 0x90);
_Static_assert(sizeof(struct NetClientInfo) == 0xd0, "8.0");
#elif FAKE_QEMU_RELEASE == 802
AT(NetClientInfo, has_uso, 0x70);
AT(NetClientInfo, get_using_vnet_hdr, 0x88);
AT(NetClientInfo, set_offload, 0x98);
AT(NetClientInfo, get_vnet_hdr_len, 0xa0);
AT(NetClientInfo, set_vnet_be, 0xb8);
_Static_assert(sizeof(struct NetClientInfo) == 0xd8, "8.2");
#elif FAKE_QEMU_RELEASE == 1000
AT(NetClientInfo, receive_iov, 0x18);
AT(NetClientInfo, cleanup, 0x40);
AT(NetClientInfo, has_vnet_hdr, 0x70);
AT(NetClientInfo, set_offload, 0x80);
AT(NetClientInfo, set_vnet_be, 0x98);
_Static_assert(sizeof(struct NetClientInfo) == 0xb8, "10.0");
#elif FAKE_QEMU_RELEASE == 1001
AT(NetClientInfo, set_offload, 0x80);
AT(NetClientInfo, get_vhost_net, 0xc0);
_Static_assert(sizeof(struct NetClientInfo) == 0xc8, "10.1");
#elif FAKE_QEMU_RELEASE == 1100 || FAKE_QEMU_RELEASE == 1101
AT(NetClientInfo, receive_iov, 0x18);
AT(NetClientInfo, cleanup, 0x40);
AT(NetClientInfo, has_tunnel, 0x70);
AT(NetClientInfo, has_vnet_hdr, 0x78);
AT(NetClientInfo, set_offload, 0x88);
AT(NetClientInfo, get_vhost_net, 0xc8);
_Static_assert(sizeof(struct NetClientInfo) == 0xd0, "11.1");
#elif FAKE_QEMU_RELEASE != 1200
#error "no such release"
#endif

#endif /* FAKE_QEMU_RELEASE_H */
