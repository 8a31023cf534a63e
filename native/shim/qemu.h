/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What this shim knows of QEMU: the functions it calls, each looked up by
 * name at load time, and a handful of struct offsets. No QEMU header is used
 * and no QEMU symbol is linked, so that one file fits every release, and any
 * other program that it is loaded into by accident.
 */
#ifndef SHIM_QEMU_H
#define SHIM_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* QEMU_INFO_*, QEMU_CLIENT_*, STOCK_*: offsets in NetClientInfo, in
 * NetClientState, and in the state of QEMU's own l2tpv3 backend; the same in
 * all releases that are known. The probe of layout.c sees QEMU_CLIENT_INFO and
 * QEMU_CLIENT_VNET_HDR_LEN confirmed. */
#include "offsets.g.h"

/* QEMU's types are opaque here. */
typedef struct NetClientState NetClientState;
typedef struct Netdev Netdev;
typedef struct Error Error;
typedef struct QEMUBH QEMUBH;
typedef struct Visitor Visitor;
typedef struct QObject QObject;
/* QEMU's Object, of its object model. */
typedef struct QObjectModel QObjectModel;
typedef struct QemuOptsList QemuOptsList;
typedef struct QemuOpts QemuOpts;

/* What qmp_query_version returns; the package string is behind it. */
struct qemu_version {
    int64_t major;
    int64_t minor;
    int64_t micro;
};
struct qemu_version_info {
    struct qemu_version *qemu;
};

/* glib's GString begins with the text. */
struct gstring {
    char *str;
};

typedef void qemu_handler(void *opaque);
typedef void qemu_sent_callback(NetClientState *sender, ssize_t size);

/* QEMU_NET_CLIENT_DRIVER_L2TPV3 is also the index of its init function.
 * QEMU_CLOCK_REALTIME runs while the VM is stopped, as sockets do. */
#define QEMU_TIMER_SCALE_MS 1000000

/* sizeof(QEMUTimer) is 0x30 in 7.2, 10.0 and 11.1; room for it to grow. */
#define QEMU_TIMER_SIZE 256

/* QObject: reference count behind the type. */
#define QEMU_QOBJECT_REFCNT 8

/*
 * The functions of QEMU (and one of glib) that must be there. X(result,
 * name, parameters); the third column is QEMU's own.
 */
#define QEMU_FUNCTIONS(X)                                                      \
    X(NetClientState *, qemu_new_net_client,                                   \
      (void *info, NetClientState *peer, const char *model, const char *name)) \
    X(void, qemu_del_net_client, (NetClientState * nc))                        \
    X(ssize_t, qemu_send_packet_async,                                         \
      (NetClientState * nc, const uint8_t *buf, int size,                      \
       qemu_sent_callback *sent))                                              \
    X(void, qemu_flush_queued_packets, (NetClientState * nc))                  \
    X(void, qemu_purge_queued_packets, (NetClientState * nc))                  \
    X(void, qemu_set_info_str, (NetClientState * nc, const char *format, ...)) \
    X(void, qemu_set_fd_handler,                                               \
      (int fd, qemu_handler *read, qemu_handler *write, void *opaque))         \
    X(QEMUBH *, qemu_bh_new_full,                                              \
      (qemu_handler * run, void *opaque, const char *name, void *guard))       \
    X(void, qemu_bh_schedule, (QEMUBH * bh))                                   \
    X(void, qemu_bh_delete, (QEMUBH * bh))                                     \
    X(void, timer_init_full,                                                   \
      (void *timer, void *group, int clock, int scale, int attributes,         \
       qemu_handler *run, void *opaque))                                       \
    X(void, timer_mod, (void *timer, int64_t expire_time))                     \
    X(void, timer_del, (void *timer))                                          \
    X(void, timer_deinit, (void *timer))                                       \
    X(int64_t, qemu_clock_get_ns, (int clock))                                 \
    X(void, error_setg_internal,                                               \
      (Error * *errp, const char *file, int line, const char *function,        \
       const char *format, ...))                                               \
    X(void, error_report, (const char *format, ...))                           \
    X(void, warn_report, (const char *format, ...))                            \
    X(void, info_report, (const char *format, ...))                            \
    X(Visitor *, qobject_output_visitor_new, (QObject * *result))              \
    X(bool, visit_type_Netdev,                                                 \
      (Visitor * v, const char *name, Netdev **netdev, Error **errp))          \
    X(void, visit_complete, (Visitor * v, void *result))                       \
    X(void, visit_free, (Visitor * v))                                         \
    X(struct gstring *, qobject_to_json, (const QObject *object))              \
    X(void, qobject_destroy, (QObject * object))                               \
    X(char *, g_string_free, (struct gstring * string, int free_text))         \
    X(int, qemu_find_net_clients_except,                                       \
      (const char *id, NetClientState **clients, uint32_t type, int max))      \
    X(QemuOptsList *, qemu_find_opts_err, (const char *group, Error **errp))   \
    X(QemuOpts *, qemu_opts_find, (QemuOptsList * list, const char *id))       \
    X(const char *, qemu_opt_get, (QemuOpts * opts, const char *name))

struct qemu_functions {
#define QEMU_MEMBER(result, name, parameters) result(*name) parameters;
    QEMU_FUNCTIONS(QEMU_MEMBER)
#undef QEMU_MEMBER
};

/* Filled by qemu_look_up; constant afterwards. */
extern struct qemu_functions qemu;

/* Address of a symbol of the process, NULL when there is none. */
void *qemu_symbol(const char *name);

/* Fill a table of functions. Returns NULL, or the name of the first missing;
 * then the table is as before. */
const char *qemu_look_up_all(const char *const *names, size_t count,
                             void *table);

/* qobject_unref, which is inline in QEMU; NULL is allowed. */
void qemu_unref(QObject *object);

/* Fill `qemu`. Returns NULL, or the name of the first function missing. */
const char *qemu_look_up(void);

#endif /* SHIM_QEMU_H */
