/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object tree, as far as QMP's qom-list, qom-get and qom-set walk it. As
 * in QEMU, the parent holds a reference of its child, and an object is freed
 * with its last one.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

struct property {
    char *name;
    char *description;
    QObjectModel *child;
    accessor *get;
    accessor *set;
    void *opaque;
    struct property *next;
};

struct QObjectModel {
    int references;
    QObjectModel *parent;
    struct property *properties;
};

static QObjectModel *root;
static int object_count;

static struct property *find(QObjectModel *object, const char *name,
                             size_t length)
{
    for (struct property *p = object->properties; p; p = p->next) {
        if (strlen(p->name) == length && strncmp(p->name, name, length) == 0) {
            return p;
        }
    }
    return NULL;
}

static struct property *add(QObjectModel *object, const char *name)
{
    struct property *property = calloc(1, sizeof(*property));

    FAKE_CHECK(property && !find(object, name, strlen(name)));
    property->name = strdup(name);
    property->next = object->properties;
    object->properties = property;
    return property;
}

static void free_property(struct property *property)
{
    free(property->name);
    free(property->description);
    free(property);
}

void *object_class_by_name(const char *name)
{
    return strcmp(name, "container") == 0 ? &root : NULL;
}

QObjectModel *object_new(const char *type)
{
    QObjectModel *object = calloc(1, sizeof(*object));

    FAKE_CHECK(object && object_class_by_name(type));
    object->references = 1;
    object_count++;
    return object;
}

void object_unref(QObjectModel *object)
{
    FAKE_CHECK(object->references > 0);
    if (--object->references > 0) {
        return;
    }
    FAKE_CHECK(!object->parent);
    while (object->properties) {
        struct property *property = object->properties;

        FAKE_CHECK(!property->child);
        object->properties = property->next;
        free_property(property);
    }
    object_count--;
    free(object);
}

QObjectModel *object_get_root(void)
{
    if (!root) {
        root = object_new("container");
    }
    return root;
}

void *object_property_try_add_child(QObjectModel *parent, const char *name,
                                    QObjectModel *child, Error **errp)
{
    struct property *property;

    FAKE_CHECK(!child->parent);
    if (find(parent, name, strlen(name))) {
        error_setg_internal(errp, __FILE__, __LINE__, __func__,
                            "attempt to add duplicate property '%s'", name);
        return NULL;
    }
    property = add(parent, name);
    property->child = child;
    child->parent = parent;
    child->references++;
    return property;
}

void object_unparent(QObjectModel *object)
{
    struct property **place = &object->parent->properties;

    while ((*place)->child != object) {
        place = &(*place)->next;
    }
    struct property *property = *place;

    *place = property->next;
    free_property(property);
    object->parent = NULL;
    object_unref(object);
}

void *object_property_add(QObjectModel *object, const char *name,
                          const char *type, accessor *get, accessor *set,
                          void *release, void *opaque)
{
    struct property *property = add(object, name);

    FAKE_CHECK(type && !release);
    property->get = get;
    property->set = set;
    property->opaque = opaque;
    return property;
}

void object_property_set_description(QObjectModel *object, const char *name,
                                     const char *text)
{
    struct property *property = find(object, name, strlen(name));

    FAKE_CHECK(property && !property->description);
    property->description = strdup(text);
}

/* An output visitor takes a copy, an input visitor gives one. */
bool visit_type_str(Visitor *visitor, const char *name, char **text,
                    Error **errp)
{
    FAKE_CHECK(name && !*errp);
    if (visitor->input) {
        *text = strdup(visitor->input);
    } else {
        visitor->output = strdup(*text);
    }
    return true;
}

bool visit_type_any(Visitor *visitor, const char *name, QObject **object,
                    Error **errp)
{
    FAKE_CHECK(name && !*errp && !visitor->input);
    visitor->output = strdup((*object)->json);
    return true;
}

QObject *qobject_from_json(const char *json, Error **errp)
{
    QObject *object;

    if (json[0] != '{') {
        error_setg_internal(errp, __FILE__, __LINE__, __func__, "not JSON");
        return NULL;
    }
    object = calloc(1, sizeof(*object));
    FAKE_CHECK(object);
    object->references = 1;
    object->json = strdup(json);
    return object;
}

void g_free(void *memory)
{
    free(memory);
}

static struct property *resolve(const char *path, const char *name)
{
    QObjectModel *object = object_get_root();

    while (object && *path) {
        size_t length = strcspn(++path, "/");
        struct property *property = find(object, path, length);

        object = property ? property->child : NULL;
        path += length;
    }
    return object ? find(object, name, strlen(name)) : NULL;
}

static char *take_error(Error *error)
{
    char *text = error->text;

    free(error);
    return text;
}

bool fake_qom_get(const char *path, const char *name, char **text)
{
    struct property *property = resolve(path, name);
    Visitor visitor = {0};
    Error *error = NULL;

    *text = NULL;
    if (!property || !property->get) {
        return false;
    }
    property->get(NULL, &visitor, name, property->opaque, &error);
    FAKE_CHECK(!error == !!visitor.output);
    *text = error ? take_error(error) : visitor.output;
    return !error;
}

bool fake_qom_set(const char *path, const char *name, const char *value,
                  char **text)
{
    struct property *property = resolve(path, name);
    Visitor visitor = {.input = value};
    Error *error = NULL;

    *text = NULL;
    if (!property || !property->set) {
        return false;
    }
    property->set(NULL, &visitor, name, property->opaque, &error);
    *text = error ? take_error(error) : NULL;
    return !error;
}

int fake_object_count(void)
{
    return object_count;
}
