/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The object of a netdev is a plain container with properties. A type of our
 * own would need QEMU's struct layouts, which differ between releases.
 *
 *     /  --child--> l2tpv3  --child--> n0     string properties, and
 *                            --child--> n1     statistics as a JSON object
 *
 * Thread: QEMU's monitor calls the accessors under the big lock.
 */
#include <stdlib.h>
#include <string.h>

#include "client.h"
#include "object.h"

#define CONTAINER "container"
#define DIRECTORY "l2tpv3"
/* A JSON object of statistics has some 3 KiB. */
#define TEXT_SIZE 8192
#define ERROR_SIZE 1024

typedef void accessor(QObjectModel *object, Visitor *visitor, const char *name,
                      void *opaque, Error **errp);

/* Functions that the shim can do without. X as in QEMU_FUNCTIONS. */
#define OBJECT_FUNCTIONS(X)                                                    \
    X(void *, object_class_by_name, (const char *name))                        \
    X(QObjectModel *, object_new, (const char *type))                          \
    X(QObjectModel *, object_get_root, (void))                                 \
    X(void *, object_property_try_add_child,                                   \
      (QObjectModel * parent, const char *name, QObjectModel *child,           \
       Error **errp))                                                          \
    X(void *, object_property_add,                                             \
      (QObjectModel * object, const char *name, const char *type,              \
       accessor *get, accessor *set, void *release, void *opaque))             \
    X(void, object_property_set_description,                                   \
      (QObjectModel * object, const char *name, const char *text))             \
    X(void, object_unparent, (QObjectModel * object))                          \
    X(void, object_unref, (QObjectModel * object))                             \
    X(bool, visit_type_str,                                                    \
      (Visitor * v, const char *name, char **text, Error **errp))              \
    X(bool, visit_type_any,                                                    \
      (Visitor * v, const char *name, QObject **object, Error **errp))         \
    X(QObject *, qobject_from_json, (const char *json, Error **errp))          \
    X(void, g_free, (void *memory))

static struct {
#define OBJECT_MEMBER(result, name, parameters) result(*name) parameters;
    OBJECT_FUNCTIONS(OBJECT_MEMBER)
#undef OBJECT_MEMBER
} qom;

static const char *const names[] = {
#define OBJECT_NAME(result, name, parameters) #name,
    OBJECT_FUNCTIONS(OBJECT_NAME)
#undef OBJECT_NAME
};

/* The parent of all. NULL: this QEMU has no objects for us. */
static QObjectModel *directory;

/* The netdevs that have an object. */
static struct netdev *listed;

static QObjectModel *make_directory(void)
{
    const char *missing =
        qemu_look_up_all(names, sizeof(names) / sizeof(names[0]), &qom);
    QObjectModel *made;

    _Static_assert(sizeof(names) == sizeof(qom), "a function per name");
    if (!missing && !qom.object_class_by_name(CONTAINER)) {
        missing = "the type " CONTAINER;
    }
    if (missing) {
        qemu.warn_report("l2tpv3: this QEMU lacks %s, so qom-get and qom-set "
                         "find no /" DIRECTORY "; l2tpv3-stat still works",
                         missing);
        return NULL;
    }
    made = qom.object_new(CONTAINER);
    if (!qom.object_property_try_add_child(qom.object_get_root(), DIRECTORY,
                                           made, NULL)) {
        qom.object_unref(made);
        return NULL;
    }
    /* From now on the tree holds it, for as long as QEMU runs. */
    qom.object_unref(made);
    return made;
}

/* The caller frees the result. NULL: *errp is set. */
static char *get_text(const struct netdev *netdev, const char *name,
                      Error **errp)
{
    size_t size = TEXT_SIZE;
    char *text = malloc(size);
    ssize_t length =
        text ? l2tp_session_get(netdev->session, name, text, size) : -1;

    if (length >= (ssize_t)size) {
        char *longer = realloc(text, size = (size_t)length + 1);

        if (longer) {
            text = longer;
            length = l2tp_session_get(netdev->session, name, text, size);
        }
    }
    if (length < 0 || length >= (ssize_t)size) {
        free(text);
        qemu_set_error(errp, "l2tpv3: the property cannot be read");
        return NULL;
    }
    return text;
}

static void get_string(QObjectModel *object, Visitor *visitor, const char *name,
                       void *opaque, Error **errp)
{
    char *text = get_text(opaque, name, errp);

    (void)object;
    if (text) {
        qom.visit_type_str(visitor, name, &text, errp);
        free(text);
    }
}

static void get_json(QObjectModel *object, Visitor *visitor, const char *name,
                     void *opaque, Error **errp)
{
    char *text = get_text(opaque, name, errp);
    QObject *value = text ? qom.qobject_from_json(text, errp) : NULL;

    (void)object;
    if (value) {
        qom.visit_type_any(visitor, name, &value, errp);
        qemu_unref(value);
    }
    free(text);
}

static void set_string(QObjectModel *object, Visitor *visitor, const char *name,
                       void *opaque, Error **errp)
{
    struct netdev *netdev = opaque;
    char error[ERROR_SIZE] = "";
    char *text = NULL;

    (void)object;
    if (!qom.visit_type_str(visitor, name, &text, errp)) {
        return;
    }
    if (l2tp_session_set(netdev->session, name, text, error, sizeof(error)) <
        0) {
        qemu_set_error(errp, error);
    }
    qom.g_free(text);
}

static void add_properties(QObjectModel *object, struct netdev *netdev)
{
    struct l2tp_property property;

    for (uint32_t i = 0; l2tp_plane_get_property(i, &property) == 0; i++) {
        bool json = property.flags & L2TP_PROPERTY_JSON;

        qom.object_property_add(
            object, property.name, json ? "any" : "string",
            !(property.flags & L2TP_PROPERTY_READ) ? NULL
            : json                                 ? get_json
                                                   : get_string,
            property.flags & L2TP_PROPERTY_WRITE ? set_string : NULL, NULL,
            netdev);
        qom.object_property_set_description(object, property.name,
                                            property.description);
    }
}

/*
 * From QEMU 10 on, a deleted netdev lives until its NIC goes. Meanwhile a new
 * one may have its name, and the object belongs to the new one.
 */
static void remove_namesake(const char *id)
{
    for (struct netdev *other = listed; other; other = other->next_listed) {
        if (strcmp(client_name(other->client), id) == 0) {
            object_remove(other);
            return;
        }
    }
}

void object_add(struct netdev *netdev)
{
    static bool tried;
    const char *id = client_name(netdev->client);

    if (!tried) {
        tried = true;
        directory = make_directory();
    }
    /* No path can name "a/b", and QEMU would replace the * of "x[*]". */
    if (!directory || strpbrk(id, "/[")) {
        return;
    }
    remove_namesake(id);
    netdev->object = qom.object_new(CONTAINER);
    if (!qom.object_property_try_add_child(directory, id, netdev->object,
                                           NULL)) {
        qom.object_unref(netdev->object);
        netdev->object = NULL;
        qemu.warn_report("l2tpv3 netdev '%s': cannot create /" DIRECTORY "/%s",
                         id, id);
        return;
    }
    qom.object_unref(netdev->object);
    add_properties(netdev->object, netdev);
    netdev->next_listed = listed;
    listed = netdev;
}

void object_remove(struct netdev *netdev)
{
    struct netdev **place = &listed;

    if (!netdev->object) {
        return;
    }
    qom.object_unparent(netdev->object);
    netdev->object = NULL;
    while (*place != netdev) {
        place = &(*place)->next_listed;
    }
    *place = netdev->next_listed;
}
