/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The numbers and structs of vhost-user, as QEMU's docs/interop/vhost-user.rst
 * has them. A message is a header and a payload in the host's byte order;
 * descriptors travel beside the first byte (SCM_RIGHTS).
 */
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdint.h>

enum vu_request {
    VHOST_USER_GET_FEATURES = 1,
    VHOST_USER_SET_FEATURES = 2,
    VHOST_USER_SET_OWNER = 3,
    VHOST_USER_RESET_OWNER = 4,
    VHOST_USER_SET_MEM_TABLE = 5,
    VHOST_USER_SET_LOG_BASE = 6,
    VHOST_USER_SET_LOG_FD = 7,
    VHOST_USER_SET_VRING_NUM = 8,
    VHOST_USER_SET_VRING_ADDR = 9,
    VHOST_USER_SET_VRING_BASE = 10,
    VHOST_USER_GET_VRING_BASE = 11,
    VHOST_USER_SET_VRING_KICK = 12,
    VHOST_USER_SET_VRING_CALL = 13,
    VHOST_USER_SET_VRING_ERR = 14,
    VHOST_USER_GET_PROTOCOL_FEATURES = 15,
    VHOST_USER_SET_PROTOCOL_FEATURES = 16,
    VHOST_USER_GET_QUEUE_NUM = 17,
    VHOST_USER_SET_VRING_ENABLE = 18,
    VHOST_USER_SEND_RARP = 19,
    VHOST_USER_NET_SET_MTU = 20,
    VHOST_USER_GET_INFLIGHT_FD = 31,
    VHOST_USER_SET_INFLIGHT_FD = 32,
    VHOST_USER_RESET_DEVICE = 34,
    VHOST_USER_GET_MAX_MEM_SLOTS = 36,
    VHOST_USER_ADD_MEM_REG = 37,
    VHOST_USER_REM_MEM_REG = 38,
    VHOST_USER_SET_STATUS = 39,
    VHOST_USER_GET_STATUS = 40,
};

/* Bits of the device's features that are vhost's own. */
#define VHOST_F_LOG_ALL 26
#define VHOST_USER_F_PROTOCOL_FEATURES 30

enum vu_protocol_feature {
    VHOST_USER_PROTOCOL_F_MQ = 0,
    VHOST_USER_PROTOCOL_F_LOG_SHMFD = 1,
    VHOST_USER_PROTOCOL_F_RARP = 2,
    VHOST_USER_PROTOCOL_F_REPLY_ACK = 3,
    VHOST_USER_PROTOCOL_F_NET_MTU = 4,
    VHOST_USER_PROTOCOL_F_INFLIGHT_SHMFD = 12,
    VHOST_USER_PROTOCOL_F_RESET_DEVICE = 13,
    VHOST_USER_PROTOCOL_F_CONFIGURE_MEM_SLOTS = 15,
    VHOST_USER_PROTOCOL_F_STATUS = 16,
};

#define VU_VERSION 1u
#define VU_REPLY 4u
#define VU_NEED_REPLY 8u

struct vu_header {
    uint32_t request;
    uint32_t flags;
    uint32_t size;
};

struct vu_region {
    uint64_t guest_address;
    uint64_t size;
    uint64_t user_address;
    uint64_t mmap_offset;
};

struct vu_memory {
    uint32_t count;
    uint32_t padding;
    struct vu_region regions[8];
};

struct vu_slot {
    uint64_t padding;
    struct vu_region region;
};

struct vu_state {
    uint32_t index;
    uint32_t value;
};

struct vu_address {
    uint32_t index;
    uint32_t flags;
    uint64_t descriptors;
    uint64_t used;
    uint64_t available;
    uint64_t log;
};

struct vu_log {
    uint64_t size;
    uint64_t offset;
};

struct vu_inflight {
    uint64_t size;
    uint64_t offset;
    uint16_t queues;
    uint16_t queue_size;
    /* The message ends before it. */
    uint32_t padding;
};

#define VU_INFLIGHT_SIZE 20

/* Instead of a descriptor, in a message that brings one. */
#define VU_NO_FD 0x100u

#endif
