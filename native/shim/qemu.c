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

const char *qemu_look_up_all(const char *const *names, size_t count,
                             void *table)
{
    void *addresses[64];

    if (count > sizeof(addresses) / sizeof(addresses[0])) {
        return names[count - 1];
    }
    for (size_t i = 0; i < count; i++) {
        addresses[i] = qemu_symbol(names[i]);
        if (!addresses[i]) {
            return names[i];
        }
    }
    memcpy(table, addresses, count * sizeof(addresses[0]));
    return NULL;
}

/* Count down, destroy at zero. */
void qemu_unref(QObject *object)
{
    size_t count;

    if (!object) {
        return;
    }
    memcpy(&count, (char *)object + QEMU_QOBJECT_REFCNT, sizeof(count));
    count--;
    memcpy((char *)object + QEMU_QOBJECT_REFCNT, &count, sizeof(count));
    if (count == 0) {
        qemu.qobject_destroy(object);
    }
}

const char *qemu_look_up(void)
{
    static const char *const names[] = {
#define QEMU_NAME(result, name, parameters) #name,
        QEMU_FUNCTIONS(QEMU_NAME)
#undef QEMU_NAME
    };

    _Static_assert(sizeof(names) == sizeof(qemu),
                   "one function pointer per name");
    return qemu_look_up_all(names, sizeof(names) / sizeof(names[0]), &qemu);
}
