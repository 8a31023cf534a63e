/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "options.h"

/* qobject_unref is inline in QEMU: count down, destroy at zero. */
static void unref(QObject *object)
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

struct gstring *options_to_json(const Netdev *netdev, Error **errp)
{
    /* An output visitor reads the struct; the parameter is not const because
     * the same function serves input visitors. */
    Netdev *visited = (Netdev *)(uintptr_t)netdev;
    struct gstring *json = NULL;
    QObject *object = NULL;
    Visitor *visitor = qemu.qobject_output_visitor_new(&object);

    if (qemu.visit_type_Netdev(visitor, NULL, &visited, errp)) {
        qemu.visit_complete(visitor, &object);
        json = qemu.qobject_to_json(object);
        unref(object);
    }
    qemu.visit_free(visitor);
    return json;
}

void options_free(struct gstring *json)
{
    qemu.g_string_free(json, 1);
}
