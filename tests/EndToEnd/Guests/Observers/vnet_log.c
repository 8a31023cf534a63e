/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded in front of the plugin: writes down what a NIC tells the session
 * of its vnet header, and passes it on. The shim calls the plane through the
 * dynamic linker, so what is loaded first is what it calls.
 *
 * One line each in the file that VNET_LOG names:
 *
 *     open SESSION OPTIONS-AS-JSON
 *     length SESSION BYTES
 *     offloads SESSION BITS
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "l2tp_plane.h"

/* By the plugin's own name: it need not be a preloaded object. */
static void *plugin_function(const char *name)
{
    void *plugin = dlopen(getenv("VNET_LOG_PLUGIN"), RTLD_LAZY | RTLD_NOLOAD);
    void *function = plugin ? dlsym(plugin, name) : NULL;

    if (!function) {
        fprintf(stderr, "vnet_log: no %s\n", name);
        abort();
    }
    return function;
}

static FILE *log_file(void)
{
    static FILE *file;

    if (!file) {
        file = fopen(getenv("VNET_LOG"), "a");
        setlinebuf(file);
    }
    return file;
}

int32_t l2tp_session_open(const struct l2tp_session_config *config,
                          struct l2tp_session **session, char *error,
                          size_t error_size)
{
    int32_t (*open)(const struct l2tp_session_config *, struct l2tp_session **,
                    char *, size_t) = plugin_function(__func__);
    int32_t result = open(config, session, error, error_size);

    fprintf(log_file(), "open %p %s\n", (void *)*session, config->options);
    return result;
}

void l2tp_session_set_vnet_header_length(struct l2tp_session *session,
                                         int32_t length)
{
    void (*set)(struct l2tp_session *, int32_t) = plugin_function(__func__);

    fprintf(log_file(), "length %p %d\n", (void *)session, length);
    set(session, length);
}

void l2tp_session_set_offloads(struct l2tp_session *session, uint32_t offloads)
{
    void (*set)(struct l2tp_session *, uint32_t) = plugin_function(__func__);

    fprintf(log_file(), "offloads %p %u\n", (void *)session, offloads);
    set(session, offloads);
}
