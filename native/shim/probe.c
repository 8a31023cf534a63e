/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The slots of QEMU's NetClientInfo differ between releases, and a version
 * number does not tell them apart: distributions patch. So the shim asks the
 * running QEMU. For each slot that is a question, QEMU exports an accessor that
 * does little more than
 *
 *     return nc->info->slot(nc);
 *
 * Each accessor is called with a zeroed fake client whose info is an array of
 * stubs. The stub that runs tells where the slot is. All answers together must
 * equal one known layout: with one slot wrong, QEMU would call a function with
 * the arguments of another.
 *
 * interop/ makes the layouts from QEMU's headers, that of 11.1 from its binary,
 * and that of 8.0 and 8.1 by inference. The same rule makes the inferred one
 * safe. The slots that cannot be probed (up to receive_iov, and from cleanup to
 * poll) lie between the start of the struct, can_receive and has_ufo. When
 * those two are where they should be, there is no room for one more.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "layouts.g.h"
#include "probe.h"
#include "qemu.h"

/* An accessor, how to call it, and which member of a layout has its slot. */
struct accessor {
    const char *name;
    enum { CALL_CLIENT, CALL_INT, CALL_OFFLOADS } call;
    size_t slot;
};

#define SLOT(member) offsetof(struct layout, member)
static const struct accessor accessors[] = {
    {"qemu_can_receive_packet", CALL_CLIENT, SLOT(can_receive)},
    {"qemu_has_ufo", CALL_CLIENT, SLOT(has_ufo)},
    {"qemu_has_uso", CALL_CLIENT, SLOT(has_uso)},
    {"qemu_has_tunnel", CALL_CLIENT, SLOT(has_tunnel)},
    {"qemu_has_vnet_hdr", CALL_CLIENT, SLOT(has_vnet_hdr)},
    {"qemu_has_vnet_hdr_len", CALL_INT, SLOT(has_vnet_hdr_len)},
    {"qemu_get_using_vnet_hdr", CALL_CLIENT, SLOT(get_using_vnet_hdr)},
    {"qemu_using_vnet_hdr", CALL_INT, SLOT(using_vnet_hdr)},
    {"qemu_get_vnet_hdr_len", CALL_CLIENT, SLOT(get_vnet_hdr_len)},
    {"qemu_set_vnet_hdr_len", CALL_INT, SLOT(set_vnet_hdr_len)},
    {"qemu_set_vnet_be", CALL_INT, SLOT(set_vnet_be)},
    {"qemu_set_offload", CALL_OFFLOADS, SLOT(set_offload)},
};
#define ACCESSOR_COUNT (sizeof(accessors) / sizeof(accessors[0]))

/* A vnet header length that every release accepts. */
#define PROBE_LENGTH 12

static int stub_that_ran;

/* One stub per word of NetClientInfo; the largest known is 0xd0 bytes. */
/* clang-format off */
#define STUBS(X)                                    \
    X(0)  X(1)  X(2)  X(3)  X(4)  X(5)  X(6)  X(7)  \
    X(8)  X(9)  X(10) X(11) X(12) X(13) X(14) X(15) \
    X(16) X(17) X(18) X(19) X(20) X(21) X(22) X(23) \
    X(24) X(25) X(26) X(27) X(28) X(29) X(30) X(31)
/* clang-format on */

#define STUB(n)                                                                \
    static intptr_t stub_##n(void)                                             \
    {                                                                          \
        stub_that_ran = n;                                                     \
        return 0;                                                              \
    }
STUBS(STUB)

typedef intptr_t stub(void);
#define STUB_NAME(n) stub_##n,
static stub *const stubs[] = {STUBS(STUB_NAME)};

/* No accessor reads past the stubs; one that did would find zeros. */
union fake_info {
    stub *slots[64];
};

static int call_accessor(const struct accessor *accessor, void *client)
{
    /* For all three forms of set_offload: a NetOffloads, or ints. */
    static const uint64_t no_offloads[8];
    union {
        void *address;
        int (*client)(void *);
        int (*with_int)(void *, int);
        int (*offloads)(void *, const void *, int, int, int, int, int, int);
    } function = {.address = qemu_symbol(accessor->name)};

    if (!function.address) {
        return LAYOUT_NONE;
    }
    stub_that_ran = LAYOUT_NONE;
    switch (accessor->call) {
    case CALL_CLIENT:
        function.client(client);
        break;
    case CALL_INT:
        function.with_int(client, PROBE_LENGTH);
        break;
    case CALL_OFFLOADS:
        function.offloads(client, no_offloads, 0, 0, 0, 0, 0, 0);
        break;
    }
    return stub_that_ran == LAYOUT_NONE ? LAYOUT_NONE
                                        : stub_that_ran * (int)sizeof(void *);
}

static bool matches(const struct layout *layout, const int *slots)
{
    for (size_t i = 0; i < ACCESSOR_COUNT; i++) {
        int known;

        memcpy(&known, (const char *)layout + accessors[i].slot, sizeof(known));
        if (known != slots[i]) {
            return false;
        }
    }
    return true;
}

static void describe(const int *slots, char *reason, size_t size)
{
    size_t used = (size_t)snprintf(reason, size,
                                   "the layout of its net clients is unknown:");

    for (size_t i = 0; i < ACCESSOR_COUNT && used < size; i++) {
        used += (size_t)snprintf(reason + used, size - used, " %s",
                                 accessors[i].name + strlen("qemu_"));
        if (slots[i] >= 0 && used < size) {
            used += (size_t)snprintf(reason + used, size - used, "@%x",
                                     (unsigned int)slots[i]);
        }
    }
}

const struct layout *probe_layout(char *reason, size_t reason_size)
{
    union fake_info info = {{NULL}};
    uint64_t client[512] = {0};
    int slots[ACCESSOR_COUNT];
    int length;
    void *info_pointer = &info;

    memcpy(info.slots, stubs, sizeof(stubs));
    memcpy((char *)client + QEMU_CLIENT_INFO, &info_pointer,
           sizeof(info_pointer));
    for (size_t i = 0; i < ACCESSOR_COUNT; i++) {
        slots[i] = call_accessor(&accessors[i], client);
    }
    memcpy(&length, (char *)client + QEMU_CLIENT_VNET_HDR_LEN, sizeof(length));
    if (length != PROBE_LENGTH) {
        snprintf(reason, reason_size,
                 "its net clients keep vnet_hdr_len elsewhere");
        return NULL;
    }
    for (size_t i = 0; i < sizeof(layouts) / sizeof(layouts[0]); i++) {
        if (matches(&layouts[i], slots)) {
            return &layouts[i];
        }
    }
    describe(slots, reason, reason_size);
    return NULL;
}
