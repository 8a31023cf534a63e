/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <string.h>

#include "options.h"

struct gstring *options_to_json(const Netdev *netdev, Error **errp)
{
    /* An output visitor only reads the struct. The parameter is not const
     * because the function also serves input visitors. */
    Netdev *visited = (Netdev *)(uintptr_t)netdev;
    struct gstring *json = NULL;
    QObject *object = NULL;
    Visitor *visitor = qemu.qobject_output_visitor_new(&object);

    if (qemu.visit_type_Netdev(visitor, NULL, &visited, errp)) {
        qemu.visit_complete(visitor, &object);
        json = qemu.qobject_to_json(object);
        qemu_unref(object);
    }
    qemu.visit_free(visitor);
    return json;
}

void options_free(struct gstring *json)
{
    qemu.g_string_free(json, 1);
}

/* The words that QEMU takes for off. */
static bool is_off(const char *value)
{
    return strcmp(value, "off") == 0 || strcmp(value, "no") == 0 ||
           strcmp(value, "false") == 0 || strcmp(value, "n") == 0;
}

bool options_ask_for(const char *id, const char *option)
{
    /* -netdev, -nic and -net, in their option syntax. */
    static const char *const lists[] = {"netdev", "nic", "net"};

    for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
        QemuOptsList *list = qemu.qemu_find_opts_err(lists[i], NULL);
        QemuOpts *opts = list ? qemu.qemu_opts_find(list, id) : NULL;
        const char *value;

        if (opts) {
            value = qemu.qemu_opt_get(opts, option);
            return value && !is_off(value);
        }
    }
    return true;
}
