/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The way from a Netdev to JSON. QEMU's visitor walks the struct; here the
 * struct carries the text. The reference counts are QEMU's: visit_complete
 * gives the caller a reference of its own, and visit_free drops the visitor's.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

const char *fake_visit_error;

Visitor *qobject_output_visitor_new(QObject **result)
{
    Visitor *visitor = calloc(1, sizeof(*visitor));

    FAKE_CHECK(visitor && result);
    visitor->result = result;
    return visitor;
}

bool visit_type_Netdev(Visitor *visitor, const char *name, Netdev **netdev,
                       Error **errp)
{
    FAKE_CHECK(!name && !visitor->root);
    if (fake_visit_error) {
        error_setg_internal(errp, __FILE__, __LINE__, __func__, "%s",
                            fake_visit_error);
        return false;
    }
    visitor->root = calloc(1, sizeof(*visitor->root));
    FAKE_CHECK(visitor->root);
    visitor->root->references = 1;
    visitor->root->json = strdup((*netdev)->json);
    return true;
}

void visit_complete(Visitor *visitor, void *result)
{
    FAKE_CHECK(result == visitor->result && visitor->root);
    visitor->root->references++;
    *visitor->result = visitor->root;
}

void visit_free(Visitor *visitor)
{
    if (visitor->root && --visitor->root->references == 0) {
        qobject_destroy(visitor->root);
    }
    free(visitor);
}

void qobject_destroy(QObject *object)
{
    FAKE_CHECK(object->references == 0);
    free(object->json);
    free(object);
}

struct gstring *qobject_to_json(const QObject *object)
{
    struct gstring *string = calloc(1, sizeof(*string));

    FAKE_CHECK(string && object->references > 0);
    string->str = strdup(object->json);
    string->len = strlen(object->json);
    return string;
}

char *g_string_free(struct gstring *string, int free_text)
{
    char *text = string->str;

    free(string);
    if (!free_text) {
        return text;
    }
    free(text);
    return NULL;
}

struct fake_option fake_option;

/* The lists and what is in them: nobody looks inside. */
QemuOptsList *qemu_find_opts_err(const char *group, Error **errp)
{
    FAKE_CHECK(!errp);
    return fake_option.group && strcmp(group, fake_option.group) == 0
               ? (QemuOptsList *)&fake_option
               : NULL;
}

QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id)
{
    FAKE_CHECK(list == (QemuOptsList *)&fake_option);
    return strcmp(id, fake_option.id) == 0 ? (QemuOpts *)&fake_option : NULL;
}

const char *qemu_opt_get(QemuOpts *opts, const char *name)
{
    FAKE_CHECK(opts == (QemuOpts *)&fake_option);
    return strcmp(name, fake_option.name) == 0 ? fake_option.value : NULL;
}
