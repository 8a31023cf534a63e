/* SPDX-License-Identifier: GPL-2.0-or-later */
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
    for (size_t i = 0; i < count; i++) {
        if (!qemu_symbol(names[i])) {
            return names[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        const void *address = qemu_symbol(names[i]);

        memcpy((char *)table + i * sizeof(address), &address, sizeof(address));
    }
    return NULL;
}

void qemu_set_error(Error **errp, const char *text)
{
    qemu.error_setg_internal(errp, __FILE__, __LINE__, __func__, "%s", text);
}

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
