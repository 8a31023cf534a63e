/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <inttypes.h>
#include <netdb.h>
#include <stdarg.h>
#include <stdio.h>

#include "stock_options.h"

struct text {
    char *at;
    size_t room;
    bool full;
};

static void __attribute__((format(printf, 2, 3)))
append(struct text *text, const char *format, ...)
{
    va_list arguments;
    int size;

    va_start(arguments, format);
    size = vsnprintf(text->at, text->room, format, arguments);
    va_end(arguments);
    if (size < 0 || (size_t)size >= text->room) {
        text->full = true;
        return;
    }
    text->at += size;
    text->room -= (size_t)size;
}

/* A JSON string (RFC 8259, section 7); QEMU's strings are UTF-8. */
static void append_string(struct text *text, const char *key, const char *value)
{
    append(text, ", \"%s\": \"", key);
    for (const char *c = value; *c; c++) {
        if (*c == '"' || *c == '\\' || (unsigned char)*c < 0x20) {
            append(text, "\\u%04x", (unsigned int)*c);
        } else {
            append(text, "%c", *c);
        }
    }
    append(text, "\"");
}

static void append_number(struct text *text, const char *key, uint64_t value)
{
    append(text, ", \"%s\": %" PRIu64, key, value);
}

static void append_flag(struct text *text, const char *key, bool value)
{
    append(text, ", \"%s\": %s", key, value ? "true" : "false");
}

/* One end of the tunnel: its address, and its port if it has one. */
static void append_end(struct text *text, const struct stock *stock,
                       const struct sockaddr_storage *end, const char *host_key,
                       const char *port_key)
{
    char host[NI_MAXHOST];
    char port[NI_MAXSERV];

    if (getnameinfo((const struct sockaddr *)end, stock->source_size, host,
                    sizeof(host), port, sizeof(port),
                    NI_NUMERICHOST | NI_NUMERICSERV | NI_DGRAM) != 0) {
        text->full = true;
        return;
    }
    append_string(text, host_key, host);
    if (stock->udp) {
        append_string(text, port_key, port);
    }
}

bool stock_options(const struct stock *stock, char *json, size_t size)
{
    struct text text = {.at = json, .room = size};

    append(&text, "{\"type\": \"l2tpv3\"");
    append_string(&text, "id", stock->name);
    append_end(&text, stock, &stock->source, "src", "srcport");
    append_end(&text, stock, &stock->destination, "dst", "dstport");
    append_flag(&text, "ipv6", stock->ipv6);
    append_flag(&text, "udp", stock->udp);
    append_number(&text, "txsession", stock->tx_session);
    append_number(&text, "rxsession", stock->rx_session);
    if (stock->has_cookie) {
        append_flag(&text, "cookie64", stock->cookie64);
        append_number(&text, "txcookie", stock->tx_cookie);
        append_number(&text, "rxcookie", stock->rx_cookie);
    }
    append_flag(&text, "counter", stock->counter);
    append_flag(&text, "pincounter", stock->pin_counter);
    append_number(&text, "offset", stock->offset);
    append(&text, "}");
    return !text.full;
}
