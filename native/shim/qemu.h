/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the shim knows of QEMU: the functions that it calls, each looked up by
 * name at load time, and a handful of struct offsets. It includes no header of
 * QEMU and links to no symbol of it. So one file fits every release, and does
 * no harm in any other program that happens to load it.
 */
#ifndef SHIM_QEMU_H
#define SHIM_QEMU_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Offsets in NetClientInfo (QEMU_INFO_*), in NetClientState (QEMU_CLIENT_*) and
 * in the state of QEMU's own l2tpv3 backend (STOCK_*). All known releases have
 * the same. The probe confirms QEMU_CLIENT_INFO and QEMU_CLIENT_VNET_HDR_LEN.
 */
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

/* What qmp_query_version returns. A package string follows it. */
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

/* sizeof(QEMUTimer) is 0x30 in 7.2, 10.0 and 11.1, and may grow. */
#define QEMU_TIMER_SIZE 256

/* QObject: the reference count follows the type. */
#define QEMU_QOBJECT_REFCNT 8

/*
 * The functions of QEMU, and one of glib, that the shim cannot do without:
 * X(result, name, parameters).
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

/* Filled by qemu_look_up, and constant from then on. */
extern struct qemu_functions qemu;

/* Fill `qemu`. Returns NULL, or the name of a function that is missing. */
const char *qemu_look_up(void);

/* The same for a table of function pointers, one for each name. If one is
 * missing, the table does not change. */
const char *qemu_look_up_all(const char *const *names, size_t count,
                             void *table);

/* The address of a symbol of this process. NULL: there is none. */
void *qemu_symbol(const char *name);

void qemu_set_error(Error **errp, const char *text);

/* qobject_unref, which is inline in QEMU. NULL is allowed. */
void qemu_unref(QObject *object);

#endif /* SHIM_QEMU_H */
