/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "callbacks.h"
#include "client.h"
#include "options.h"
#include "sockets.h"
#include "stock.h"

#define COUNTER_WORD 4
#define MAXIMUM_OFFSET 256
#define IPV4_HEADER_SIZE 20

/* Where the parts of the header begin, in the order of the state. */
struct places {
    uint32_t frame;
    uint32_t cookie;
    uint32_t counter;
    uint32_t session;
};
#define PLACE(member, offset)                                                  \
    _Static_assert(STOCK_FRAME_PLACE + offsetof(struct places, member) ==      \
                       (offset),                                               \
                   #member)
PLACE(cookie, STOCK_COOKIE_PLACE);
PLACE(counter, STOCK_COUNTER_PLACE);
PLACE(session, STOCK_SESSION_PLACE);

struct flags {
    uint8_t read_poll;
    uint8_t write_poll;
    uint8_t ipv6;
    uint8_t udp;
    uint8_t has_counter;
    uint8_t pin_counter;
    uint8_t cookie;
    uint8_t cookie_is_64;
};
#define FLAG(member, offset)                                                   \
    _Static_assert(                                                            \
        STOCK_READ_POLL + offsetof(struct flags, member) == (offset), #member)
FLAG(write_poll, STOCK_WRITE_POLL);
FLAG(ipv6, STOCK_IPV6);
FLAG(udp, STOCK_UDP);
FLAG(has_counter, STOCK_HAS_COUNTER);
FLAG(pin_counter, STOCK_PIN_COUNTER);
FLAG(cookie, STOCK_COOKIE);
FLAG(cookie_is_64, STOCK_COOKIE_IS_64);
_Static_assert(STOCK_READ_POLL + sizeof(struct flags) == STOCK_CLIENT_SIZE,
               "the flags end the state");

static void get(const struct stock *stock, size_t offset, void *value,
                size_t size)
{
    memcpy(value, (const char *)stock->client + offset, size);
}

/* Copies, because ISO C has no cast from data to function pointers. */
static bool get_slot(const struct stock *stock, int offset, void *slot)
{
    void *value;

    memcpy(&value, (const char *)client_info(stock->client) + offset,
           sizeof(value));
    if (slot) {
        memcpy(slot, &value, sizeof(value));
    }
    return value != NULL;
}

bool stock_is(const NetClientState *client)
{
    const void *info = client_info(client);
    uint32_t type;

    memcpy(&type, (const char *)info + QEMU_INFO_TYPE, sizeof(type));
    return type == QEMU_NET_CLIENT_DRIVER_L2TPV3 && !callbacks_are_of(client);
}

/* QEMU's own backend ignores its link, and is no NIC. */
static bool read_slots(struct stock *stock, const struct layout *layout)
{
    size_t size;

    return get_slot(stock, QEMU_INFO_CLIENT_SIZE, &size) &&
           size == STOCK_CLIENT_SIZE &&
           get_slot(stock, layout->cleanup, &stock->cleanup) &&
           !get_slot(stock, layout->link_status_changed, NULL) &&
           !get_slot(stock, layout->query_rx_filter, NULL) &&
           get_slot(stock, layout->poll, &stock->poll);
}

static bool flags_are_flags(const struct flags *flags)
{
    const uint8_t *byte = (const uint8_t *)flags;

    for (size_t i = 0; i < sizeof(*flags); i++) {
        if (byte[i] > 1) {
            return false;
        }
    }
    return true;
}

/* The flags imply a header; QEMU has laid out the same. */
static bool places_agree(const struct stock *stock, const struct flags *flags,
                         const struct places *at)
{
    uint32_t session = stock->udp ? 4 : 0;
    uint32_t cookie = !flags->cookie ? 0 : flags->cookie_is_64 ? 8 : 4;
    uint32_t room = MAXIMUM_OFFSET + (flags->has_counter ? COUNTER_WORD : 0);
    uint32_t ip = stock->udp || stock->ipv6 ? 0 : IPV4_HEADER_SIZE;
    uint32_t header_size;

    get(stock, STOCK_HEADER_SIZE, &header_size, sizeof(header_size));
    return at->session == session && at->cookie == session + 4 &&
           at->counter == at->cookie + cookie && at->frame >= at->counter &&
           at->frame <= at->counter + room && header_size == at->frame + ip;
}

/*
 * counter=on makes room for the counter word. pincounter=on alone should, but
 * does not: a bug of QEMU's own backend. So look up what the user asked for,
 * which works unless it was JSON.
 */
static void read_counter(struct stock *stock, const struct flags *flags,
                         const struct places *at)
{
    uint32_t room = at->frame - at->counter;

    stock->pin_counter = flags->pin_counter;
    stock->counter =
        flags->has_counter && room >= COUNTER_WORD &&
        (!flags->pin_counter || options_ask_for(stock->name, "counter"));
    stock->offset = stock->counter ? room - COUNTER_WORD : room;
}

static bool read_header(struct stock *stock)
{
    struct flags flags;
    struct places at;

    get(stock, STOCK_READ_POLL, &flags, sizeof(flags));
    get(stock, STOCK_FRAME_PLACE, &at, sizeof(at));
    stock->ipv6 = flags.ipv6;
    stock->udp = flags.udp;
    if (!flags_are_flags(&flags) || !places_agree(stock, &flags, &at)) {
        return false;
    }
    get(stock, STOCK_RX_COOKIE, &stock->rx_cookie, sizeof(stock->rx_cookie));
    get(stock, STOCK_TX_COOKIE, &stock->tx_cookie, sizeof(stock->tx_cookie));
    get(stock, STOCK_RX_SESSION, &stock->rx_session, sizeof(stock->rx_session));
    get(stock, STOCK_TX_SESSION, &stock->tx_session, sizeof(stock->tx_session));
    read_counter(stock, &flags, &at);
    stock->has_cookie = flags.cookie;
    /* Another bug: it takes cookie64=off for on. */
    stock->cookie64 =
        flags.cookie_is_64 && options_ask_for(stock->name, "cookie64");
    return true;
}

static bool read_destination(struct stock *stock)
{
    const void *address;
    uint32_t size;

    get(stock, STOCK_DST, &address, sizeof(address));
    get(stock, STOCK_DST_SIZE, &size, sizeof(size));
    if (!address || size != stock->source_size) {
        return false;
    }
    memcpy(&stock->destination, address, size);
    return stock->destination.ss_family == stock->source.ss_family;
}

static bool read_socket(struct stock *stock)
{
    get(stock, STOCK_FD, &stock->fd, sizeof(stock->fd));
    stock->family = sockets_option(stock->fd, SO_DOMAIN);
    stock->type = sockets_option(stock->fd, SO_TYPE);
    stock->protocol = sockets_option(stock->fd, SO_PROTOCOL);
    stock->source_size = sizeof(stock->source);
    return stock->family == (stock->ipv6 ? AF_INET6 : AF_INET) &&
           stock->type == (stock->udp ? SOCK_DGRAM : SOCK_RAW) &&
           stock->protocol ==
               (stock->udp ? IPPROTO_UDP : SOCKETS_PROTOCOL_L2TP) &&
           getsockname(stock->fd, (struct sockaddr *)&stock->source,
                       &stock->source_size) == 0 &&
           read_destination(stock);
}

bool stock_read(NetClientState *client, const struct layout *layout,
                struct stock *stock)
{
    *stock = (struct stock){.client = client, .name = client_name(client)};
    return read_slots(stock, layout) && read_header(stock) &&
           read_socket(stock);
}

int stock_descriptor(const NetClientState *client)
{
    const struct stock stock = {.client = (NetClientState *)client};
    size_t size;
    int fd;

    if (!get_slot(&stock, QEMU_INFO_CLIENT_SIZE, &size) ||
        size != STOCK_CLIENT_SIZE) {
        return -1;
    }
    get(&stock, STOCK_FD, &fd, sizeof(fd));
    return fd;
}

/* Closes what has the number `to`. dup3 does not copy the flag. */
static bool move_descriptor(int from, int to)
{
    int moved = dup3(from, to, O_CLOEXEC);

    close(from);
    return moved >= 0;
}

bool stock_close_socket(const struct stock *stock)
{
    /* A socket that nothing can reach. */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    if (fd < 0) {
        return false;
    }
    stock->poll(stock->client, false);
    if (!move_descriptor(fd, stock->fd)) {
        stock->poll(stock->client, true);
        return false;
    }
    return true;
}

bool stock_reopen_socket(const struct stock *stock)
{
    int fd = socket(stock->family, stock->type | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    stock->protocol);

    if (fd < 0 || !move_descriptor(fd, stock->fd) ||
        bind(stock->fd, (const struct sockaddr *)&stock->source,
             stock->source_size) < 0) {
        return false;
    }
    stock->poll(stock->client, true);
    return true;
}

void stock_release(const struct stock *stock)
{
    stock->cleanup(stock->client);
}
