/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fake_plane.h"

/* Used after free, it is the address sanitizer's catch. */
struct l2tp_session {
    struct l2tp_host host;
    char *options;
    char *settings;
};

struct fake_plane fake_plane = {
    .abi_version = L2TP_PLANE_ABI_VERSION,
    .config_size = sizeof(struct l2tp_session_config),
};

static struct l2tp_session *newest;
static int open_count;
static char calls[16384];

static void __attribute__((format(printf, 2, 3)))
record(const struct l2tp_session *session, const char *format, ...)
{
    size_t used = strlen(calls);
    va_list arguments;

    if (session && !session->options) {
        abort();
    }
    if (used + 128 > sizeof(calls)) {
        calls[used = 0] = '\0';
    }
    va_start(arguments, format);
    vsnprintf(calls + used, sizeof(calls) - used, format, arguments);
    va_end(arguments);
}

const char *fake_plane_take_calls(void)
{
    static char taken[sizeof(calls)];

    strcpy(taken, calls);
    calls[0] = '\0';
    return taken;
}

int fake_plane_open_count(void)
{
    return open_count;
}

struct l2tp_session *fake_plane_session(void)
{
    return newest;
}

const struct l2tp_host *fake_plane_host(void)
{
    return &newest->host;
}

const char *fake_plane_options(void)
{
    return newest->options;
}

const char *fake_plane_settings(void)
{
    return newest->settings;
}

void l2tp_plane_start(void)
{
    if (fake_plane.starting) {
        fake_plane.starting();
    }
}

int32_t l2tp_plane_check_settings(const char *settings, char *error,
                                  size_t error_size)
{
    if (fake_plane.settings_error) {
        snprintf(error, error_size, "%s: %s", settings,
                 fake_plane.settings_error);
        return -EINVAL;
    }
    return 0;
}

int32_t l2tp_session_open(const struct l2tp_session_config *config,
                          struct l2tp_session **session, char *error,
                          size_t error_size)
{
    *session = NULL;
    if (config->size != fake_plane.config_size ||
        config->abi_version != fake_plane.abi_version) {
        snprintf(error, error_size, "do not fit");
        return -EPROTO;
    }
    if (fake_plane.opening) {
        fake_plane.opening(config->options);
    }
    if (fake_plane.open_error) {
        snprintf(error, error_size, "%s", fake_plane.open_error);
        return -EINVAL;
    }
    newest = calloc(1, sizeof(*newest));
    newest->host = config->host;
    newest->options = strdup(config->options);
    newest->settings = config->settings ? strdup(config->settings) : NULL;
    open_count++;
    *session = newest;
    return 0;
}

void l2tp_session_close(struct l2tp_session *session)
{
    record(session, "close\n");
    if (session) {
        open_count--;
        free(session->options);
        free(session->settings);
        free(session);
    }
}

ssize_t l2tp_session_transmit(struct l2tp_session *session,
                              const uint8_t *frame, size_t size)
{
    record(session, "transmit %zu %02x\n", size, size ? frame[0] : 0);
    return fake_plane.full ? 0 : (ssize_t)size;
}

ssize_t l2tp_session_transmit_iov(struct l2tp_session *session,
                                  const struct iovec *iov, int32_t iov_count)
{
    size_t size = 0;

    for (int32_t i = 0; i < iov_count; i++) {
        size += iov[i].iov_len;
    }
    record(session, "transmit_iov %zu in %d\n", size, iov_count);
    return fake_plane.full ? 0 : (ssize_t)size;
}

ssize_t l2tp_session_transmit_raw(struct l2tp_session *session,
                                  const uint8_t *frame, size_t size)
{
    record(session, "transmit_raw %zu %02x\n", size, size ? frame[0] : 0);
    return fake_plane.full ? 0 : (ssize_t)size;
}

int32_t l2tp_session_can_transmit(struct l2tp_session *session)
{
    record(session, "can_transmit\n");
    return !fake_plane.full;
}

void l2tp_session_set_link(struct l2tp_session *session, int32_t up)
{
    record(session, "set_link %d\n", up);
}

int32_t l2tp_session_has_vnet_header(struct l2tp_session *session)
{
    record(session, "has_vnet_header\n");
    return fake_plane.has_vnet_header;
}

int32_t l2tp_session_has_uso(struct l2tp_session *session)
{
    record(session, "has_uso\n");
    return fake_plane.has_vnet_header;
}

int32_t l2tp_session_has_vnet_header_length(struct l2tp_session *session,
                                            int32_t length)
{
    record(session, "has_vnet_header_length %d\n", length);
    return fake_plane.has_vnet_header;
}

void l2tp_session_set_vnet_header_length(struct l2tp_session *session,
                                         int32_t length)
{
    record(session, "set_vnet_header_length %d\n", length);
}

void l2tp_session_set_offloads(struct l2tp_session *session, uint32_t offloads)
{
    record(session, "set_offloads %03x\n", offloads);
}

void l2tp_session_readable(struct l2tp_session *session)
{
    record(session, "readable\n");
}

void l2tp_session_writable(struct l2tp_session *session)
{
    record(session, "writable\n");
}

void l2tp_session_run(struct l2tp_session *session)
{
    record(session, "run\n");
}

void l2tp_session_timer(struct l2tp_session *session)
{
    record(session, "timer\n");
}

void l2tp_session_delivered(struct l2tp_session *session, ssize_t size)
{
    record(session, "delivered %zd\n", size);
}

int32_t l2tp_plane_get_property(uint32_t index, struct l2tp_property *property)
{
    static const struct l2tp_property properties[] = {
        {.name = "report",
         .description = "what it has done",
         .flags = L2TP_PROPERTY_READ | L2TP_PROPERTY_JSON},
        {.name = "peer",
         .description = "where it is",
         .flags = L2TP_PROPERTY_READ | L2TP_PROPERTY_WRITE},
        {.name = "secret",
         .description = "nobody reads it",
         .flags = L2TP_PROPERTY_WRITE},
    };

    if (index >= sizeof(properties) / sizeof(properties[0])) {
        return -ENOENT;
    }
    *property = properties[index];
    return 0;
}

ssize_t l2tp_session_get(struct l2tp_session *session, const char *name,
                         char *text, size_t size)
{
    record(session, "get %s\n", name);
    return fake_plane.value ? snprintf(text, size, "%s", fake_plane.value)
                            : -ENOENT;
}

int32_t l2tp_session_set(struct l2tp_session *session, const char *name,
                         const char *value, char *error, size_t error_size)
{
    record(session, "set %s %s\n", name, value);
    if (fake_plane.set_error) {
        snprintf(error, error_size, "%s", fake_plane.set_error);
        return -EINVAL;
    }
    return 0;
}
