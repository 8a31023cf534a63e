/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Looks QEMU's functions up by name. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

#include "qemu.h"

struct qemu_functions qemu;

void *qemu_symbol(const char *name)
{
    return dlsym(RTLD_DEFAULT, name);
}

const char *qemu_look_up(void)
{
    static const char *const names[] = {
#define QEMU_NAME(result, name, parameters) #name,
        QEMU_FUNCTIONS(QEMU_NAME)
#undef QEMU_NAME
    };
    void *addresses[sizeof(names) / sizeof(names[0])];

    _Static_assert(sizeof(addresses) == sizeof(qemu),
                   "one function pointer per name");
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        addresses[i] = qemu_symbol(names[i]);
        if (!addresses[i]) {
            return names[i];
        }
    }
    memcpy(&qemu, addresses, sizeof(qemu));
    return NULL;
}
