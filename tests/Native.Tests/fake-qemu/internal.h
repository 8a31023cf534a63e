/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the parts of the fake share, and the functions it exports as QEMU. */
#ifndef FAKE_QEMU_INTERNAL_H
#define FAKE_QEMU_INTERNAL_H

#include "fake_qemu.h"

#define DRIVER_NIC 1u
#define DRIVER_L2TPV3 4u
#define DRIVER_COUNT 14u

typedef struct QEMUBH QEMUBH;
typedef struct Visitor Visitor;
typedef struct QObject QObject;
typedef void handler(void *opaque);
typedef void sent_callback(NetClientState *sender, ssize_t size);

struct Netdev {
    char *id;
    uint32_t type;
    char *json;
};

struct Error {
    char *text;
};

struct QObject {
    int type;
    size_t references;
    char *json;
};
_Static_assert(offsetof(struct QObject, references) == 8, "QObject");

struct Visitor {
    /* The way from options to JSON. */
    QObject **result;
    QObject *root;
    /* The way in or out of a property. */
    const char *input;
    char *output;
};

typedef struct QObjectModel QObjectModel;
typedef void accessor(QObjectModel *object, Visitor *visitor, const char *name,
                      void *opaque, Error **errp);

struct gstring {
    char *str;
    size_t len;
};

/* Marks what QEMU exports; -fvisibility=hidden hides the rest. */
#define EXPORT __attribute__((visibility("default")))

extern bool vm_running;

struct packet_queue *queue_new(void);
void queue_free(struct packet_queue *queue);
bool queue_holds(const struct packet_queue *queue,
                 const NetClientState *sender);
void client_free(NetClientState *client);
void client_unlist(NetClientState *client);
NetClientState *client_first(void);

/* client.c */
EXPORT NetClientState *qemu_new_net_client(NetClientInfo *info,
                                           NetClientState *peer,
                                           const char *model, const char *name);
EXPORT void qemu_del_net_client(NetClientState *nc);
EXPORT int qemu_find_net_clients_except(const char *id, NetClientState **found,
                                        uint32_t type, int max);
EXPORT void qemu_set_info_str(NetClientState *nc, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* queue.c */
EXPORT int qemu_can_receive_packet(NetClientState *nc);
EXPORT ssize_t qemu_send_packet_async(NetClientState *nc, const uint8_t *frame,
                                      int size, sent_callback *sent);
EXPORT void qemu_flush_queued_packets(NetClientState *nc);
EXPORT void qemu_purge_queued_packets(NetClientState *nc);

/* accessors.c */
EXPORT bool qemu_has_ufo(NetClientState *nc);
EXPORT bool qemu_has_vnet_hdr(NetClientState *nc);
EXPORT bool qemu_has_vnet_hdr_len(NetClientState *nc, int length);
EXPORT void qemu_set_vnet_hdr_len(NetClientState *nc, int length);
EXPORT int qemu_set_vnet_be(NetClientState *nc, bool big);
#if HAS_USO
EXPORT bool qemu_has_uso(NetClientState *nc);
#endif
#if HAS_TUNNEL
EXPORT bool qemu_has_tunnel(NetClientState *nc);
EXPORT void qemu_set_offload(NetClientState *nc,
                             const struct offloads *offloads);
#elif HAS_USO
EXPORT void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6,
                             int ecn, int ufo, int uso4, int uso6);
#else
EXPORT void qemu_set_offload(NetClientState *nc, int csum, int tso4, int tso6,
                             int ecn, int ufo);
#endif
#if HAS_VNET_GETTERS
EXPORT bool qemu_get_using_vnet_hdr(NetClientState *nc);
#endif
#if HAS_VNET_GETTERS || !HAS_USING_VNET_HDR
EXPORT int qemu_get_vnet_hdr_len(NetClientState *nc);
#endif
#if HAS_USING_VNET_HDR
EXPORT void qemu_using_vnet_hdr(NetClientState *nc, bool enable);
#endif

/* loop.c */
EXPORT void qemu_set_fd_handler(int fd, handler *read, handler *write,
                                void *opaque);
EXPORT QEMUBH *qemu_bh_new_full(handler *run, void *opaque, const char *name,
                                void *guard);
EXPORT void qemu_bh_schedule(QEMUBH *bh);
EXPORT void qemu_bh_delete(QEMUBH *bh);

/* clock.c */
int64_t clock_run_timers(void);
EXPORT void timer_init_full(void *timer, void *group, int clock, int scale,
                            int attributes, handler *run, void *opaque);
EXPORT void timer_mod(void *timer, int64_t expire_time);
EXPORT void timer_del(void *timer);
EXPORT void timer_deinit(void *timer);
EXPORT int64_t qemu_clock_get_ns(int clock);

/* report.c */
EXPORT void error_setg_internal(Error **errp, const char *file, int line,
                                const char *function, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
EXPORT void error_report(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
EXPORT void warn_report(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
EXPORT void info_report(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* options.c */
EXPORT Visitor *qobject_output_visitor_new(QObject **result);
EXPORT bool visit_type_Netdev(Visitor *visitor, const char *name,
                              Netdev **netdev, Error **errp);
EXPORT void visit_complete(Visitor *visitor, void *result);
EXPORT void visit_free(Visitor *visitor);
EXPORT struct gstring *qobject_to_json(const QObject *object);
EXPORT void qobject_destroy(QObject *object);
EXPORT char *g_string_free(struct gstring *string, int free_text);

/* The text of the options is gone, as that of JSON is in QEMU. */
typedef struct QemuOptsList QemuOptsList;
typedef struct QemuOpts QemuOpts;
EXPORT QemuOptsList *qemu_find_opts_err(const char *group, Error **errp);
EXPORT QemuOpts *qemu_opts_find(QemuOptsList *list, const char *id);
EXPORT const char *qemu_opt_get(QemuOpts *opts, const char *name);

/* plugin.c */
struct VersionInfo;
EXPORT struct VersionInfo *qmp_query_version(Error **errp);
EXPORT void qapi_free_VersionInfo(struct VersionInfo *info);
EXPORT int qemu_plugin_load_list(void *list, Error **errp);

/* objects.c */
EXPORT void *object_class_by_name(const char *name);
EXPORT QObjectModel *object_new(const char *type);
EXPORT QObjectModel *object_get_root(void);
EXPORT void *object_property_try_add_child(QObjectModel *parent,
                                           const char *name,
                                           QObjectModel *child, Error **errp);
EXPORT void *object_property_add(QObjectModel *object, const char *name,
                                 const char *type, accessor *get, accessor *set,
                                 void *release, void *opaque);
EXPORT void object_property_set_description(QObjectModel *object,
                                            const char *name, const char *text);
EXPORT void object_unparent(QObjectModel *object);
EXPORT void object_unref(QObjectModel *object);
EXPORT bool visit_type_str(Visitor *visitor, const char *name, char **text,
                           Error **errp);
EXPORT bool visit_type_any(Visitor *visitor, const char *name, QObject **object,
                           Error **errp);
EXPORT QObject *qobject_from_json(const char *json, Error **errp);
EXPORT void g_free(void *memory);

/* netdevs.c */
EXPORT int net_init_l2tpv3(const Netdev *netdev, const char *name,
                           NetClientState *peer, Error **errp);

#endif /* FAKE_QEMU_INTERNAL_H */
