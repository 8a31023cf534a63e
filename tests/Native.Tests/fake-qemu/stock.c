/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A netdev as QEMU's own l2tpv3 backend makes it from the command line: its
 * state behind the client, laid out as STOCK_* of native/shim/offsets.g.h has
 * it, with a real socket in it. What it allocates, its cleanup frees.
 */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "internal.h"

struct stock_state {
    NetClientState client;
    int fd;
    uint32_t queue[3];
    void *messages;
    void *unused;
    struct sockaddr_storage *destination;
    uint32_t destination_size;
    uint64_t rx_cookie, tx_cookie;
    uint32_t rx_session, tx_session;
    uint32_t header_size;
    uint32_t counter;
    void *header;
    void *vector;
    uint32_t frame_place, cookie_place, counter_place, session_place;
    bool read_poll, write_poll;
    bool ipv6, udp, has_counter, pin_counter, cookie, cookie_is_64;
};
AT(stock_state, fd, 0x178);
AT(stock_state, destination, 0x198);
AT(stock_state, destination_size, 0x1a0);
AT(stock_state, rx_cookie, 0x1a8);
AT(stock_state, header_size, 0x1c0);
AT(stock_state, frame_place, 0x1d8);
AT(stock_state, read_poll, 0x1e8);
_Static_assert(sizeof(struct stock_state) == 0x1f0, "stock_state");

int fake_stock_cleanups;

static struct stock_state *state_of(NetClientState *client)
{
    return (struct stock_state *)client;
}

static void on_event(void *opaque)
{
    (void)opaque;
}

static void stock_poll(NetClientState *client, bool enable)
{
    struct stock_state *stock = state_of(client);

    stock->read_poll = enable;
    stock->write_poll = enable;
    qemu_set_fd_handler(stock->fd, enable ? on_event : NULL, NULL, stock);
}

static void stock_cleanup(NetClientState *client)
{
    struct stock_state *stock = state_of(client);

    qemu_purge_queued_packets(client);
    stock_poll(client, false);
    close(stock->fd);
    free(stock->messages);
    free(stock->header);
    free(stock->vector);
    free(stock->destination);
    fake_stock_cleanups++;
}

static ssize_t stock_receive(NetClientState *client, const uint8_t *frame,
                             size_t size)
{
    (void)frame;
    FAKE_CHECK(state_of(client)->fd >= 0);
    return (ssize_t)size;
}

static NetClientInfo stock_info = {
    .type = DRIVER_L2TPV3,
    .size = sizeof(struct stock_state),
    .receive = stock_receive,
    .poll = (unused_function *)stock_poll,
    .cleanup = stock_cleanup,
};

static int open_socket(const struct fake_stock *options)
{
    struct sockaddr_in source4 = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    struct sockaddr_in6 source6 = {.sin6_family = AF_INET6,
                                   .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    int fd = socket(options->ipv6 ? AF_INET6 : AF_INET,
                    SOCK_DGRAM | SOCK_NONBLOCK, IPPROTO_UDP);

    FAKE_CHECK(fd >= 0);
    FAKE_CHECK(bind(fd,
                    options->ipv6 ? (struct sockaddr *)&source6
                                  : (struct sockaddr *)&source4,
                    options->ipv6 ? sizeof(source6) : sizeof(source4)) == 0);
    return fd;
}

/* To itself: a port that is surely an address of its kind. */
static void set_destination(struct stock_state *stock)
{
    socklen_t size = sizeof(*stock->destination);

    stock->destination = calloc(1, sizeof(*stock->destination));
    FAKE_CHECK(getsockname(stock->fd, (struct sockaddr *)stock->destination,
                           &size) == 0);
    stock->destination_size = size;
}

static void set_places(struct stock_state *stock,
                       const struct fake_stock *options)
{
    stock->session_place = 4;
    stock->cookie_place = 8;
    stock->counter_place = 8 + (options->cookie == 64 ? 8u
                                : options->cookie     ? 4u
                                                      : 0u);
    stock->frame_place =
        stock->counter_place + options->offset + (options->counter ? 4u : 0u);
    stock->header_size = stock->frame_place;
}

NetClientState *fake_stock_add(const char *id, const struct fake_stock *options)
{
    struct stock_state *stock =
        state_of(qemu_new_net_client(&stock_info, NULL, "stock l2tpv3", id));

    stock->client.is_netdev = true;
    stock->fd = open_socket(options);
    stock->messages = calloc(1, 100);
    stock->header = calloc(1, 100);
    stock->vector = calloc(1, 100);
    stock->rx_session = 2;
    stock->tx_session = 1;
    stock->rx_cookie = options->cookie ? UINT64_MAX : 0;
    stock->tx_cookie = options->cookie ? 3 : 0;
    stock->ipv6 = options->ipv6;
    stock->udp = true;
    stock->has_counter = options->counter || options->pin_counter;
    stock->pin_counter = options->pin_counter;
    stock->cookie = options->cookie;
    stock->cookie_is_64 = options->cookie == 64;
    set_places(stock, options);
    set_destination(stock);
    stock_poll(&stock->client, true);
    qemu_set_info_str(&stock->client, "l2tpv3: connected");
    return &stock->client;
}

int fake_stock_socket(NetClientState *client)
{
    return state_of(client)->fd;
}

void fake_stock_spoil(NetClientState *client, size_t offset, uint8_t value)
{
    FAKE_CHECK(offset < sizeof(struct stock_state));
    memcpy((char *)client + offset, &value, sizeof(value));
}

bool fake_stock_is_watched(NetClientState *client)
{
    return client->info == &stock_info && state_of(client)->read_poll;
}
