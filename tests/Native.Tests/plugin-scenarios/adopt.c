/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netdevs that QEMU's own backend has made become ours. */
#include "plugin_scenarios.h"

static const uint8_t frame[60] = {0xab};

SCENARIO(a_netdev_of_the_command_line_becomes_ours)
{
    NetClientState *client = add_stock("n\"0");
    const int port = port_of(fake_stock_socket(client));
    char expected[512];

    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    expect_adopted(client);
    EXPECT_NUMBER(fake_stock_cleanups, 1);
    EXPECT_NUMBER(fake_handler_count(), 0);
    snprintf(expected, sizeof(expected),
             "{\"type\": \"l2tpv3\", \"id\": \"n\\u00220\", "
             "\"src\": \"127.0.0.1\", \"srcport\": \"%d\", "
             "\"dst\": \"127.0.0.1\", \"dstport\": \"%d\", "
             "\"ipv6\": false, \"udp\": true, "
             "\"txsession\": 1, \"rxsession\": 2, "
             "\"counter\": false, \"pincounter\": false, \"offset\": 0}",
             port, port);
    EXPECT_TEXT(shim.options(), expected);
    fake_netdev_del(client);
    EXPECT_TEXT(shim.take_calls(), "close\n");
    expect_nothing_left();
}

#define COOKIES                                                                \
    "\"txcookie\": 3, \"rxcookie\": 18446744073709551615, \"counter\": "
static const struct {
    struct fake_stock options;
    const char *text;
} headers[] = {
    {{.cookie = 32, .offset = 256},
     "\"cookie64\": false, " COOKIES
     "false, \"pincounter\": false, \"offset\": 256}"},
    {{.cookie = 64, .counter = true},
     "\"cookie64\": true, " COOKIES
     "true, \"pincounter\": false, \"offset\": 0}"},
    {{.ipv6 = true, .counter = true, .pin_counter = true, .offset = 7},
     "\"ipv6\": true, \"udp\": true, \"txsession\": 1, \"rxsession\": 2, "
     "\"counter\": true, \"pincounter\": true, \"offset\": 7}"},
    {{.pin_counter = true},
     "\"rxsession\": 2, \"counter\": false, \"pincounter\": true, "
     "\"offset\": 0}"},
};
#define HEADERS (int)(sizeof(headers) / sizeof(headers[0]))
static int next_header = HEADERS;

/* QEMU lists the newest client first. */
static void expect_header(const char *options)
{
    const char *text = headers[--next_header].text;

    if (!strstr(options, text)) {
        scenario_text(__FILE__, __LINE__, "options", options, text);
    }
}

SCENARIO(each_header_is_read_back)
{
    for (int i = 0; i < HEADERS; i++) {
        fake_stock_add("n0", &headers[i].options);
    }
    shim_open();
    shim.plane->opening = expect_header;
    EXPECT_NUMBER(shim_install("require=on"), 0);
    EXPECT_NUMBER(next_header, 0);
    while (client_first()) {
        expect_adopted(client_first());
        fake_netdev_del(client_first());
    }
    expect_nothing_left();
}

/* The backend takes cookie64=off for on, and the counter of pincounter=on
 * alone for none. */
SCENARIO(what_the_user_wrote_wins_over_what_the_backend_made_of_it)
{
    const struct fake_stock options = {.cookie = 64};
    NetClientState *client = fake_stock_add("n0", &options);

    fake_option = (struct fake_option){"netdev", "n0", "cookie64", "off"};
    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    EXPECT(strstr(shim.options(), "\"cookie64\": false"));
    fake_netdev_del(client);
    expect_nothing_left();
}

SCENARIO(an_adopted_netdev_serves_its_nic)
{
    NetClientState *client = add_stock("n0");
    struct fake_nic *nic;
    const struct l2tp_host *host;
    uint8_t copy[60] = {7};

    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    shim.plane->has_vnet_header = 1;
    nic = fake_nic_add(client, true);
    host = shim.host();
    EXPECT_NUMBER(fake_nic_send(nic, frame, sizeof(frame)), 60);
    EXPECT_NUMBER(host->deliver(host->opaque, copy, sizeof(copy)), 60);
    EXPECT_NUMBER(nic->last[0], 7);
    host->set_info(host->opaque, "info");
    EXPECT_TEXT(client->info_str, "info");
    shim.take_calls();
    EXPECT(qemu_has_vnet_hdr(client));
    qemu_set_vnet_hdr_len(client, 12);
    EXPECT_TEXT(shim.take_calls(),
                "has_vnet_header\nset_vnet_header_length 12\n");
    host->schedule(host->opaque);
    host->set_timer(host->opaque, 1);
    fake_clock_advance(10);
    fake_loop_turn(0);
    EXPECT_TEXT(shim.take_calls(), "run\ntimer\n");
    fake_nic_del(nic);
    fake_netdev_del(client);
    expect_nothing_left();
}

SCENARIO(an_adopted_netdev_goes_as_any_other)
{
    NetClientState *client = add_stock("n0");
    struct fake_nic *nic;
    const struct l2tp_host *host;
    uint8_t copy[60] = {1};

    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    host = shim.host();
    nic = fake_nic_add(client, true);
    nic->room = 0;
    EXPECT_NUMBER(host->deliver(host->opaque, copy, sizeof(copy)), 0);
    host->schedule(host->opaque);
    host->set_timer(host->opaque, 10);
    fake_netdev_del(client);
    qemu_set_vnet_hdr_len(client, 12);
    fake_nic_send(nic, frame, sizeof(frame));
    fake_nic_del(nic);
    fake_clock_advance(1000);
    fake_loop_turn(0);
    expect_nothing_left();
}

SCENARIO(sixty_four_netdevs_become_ours)
{
    char text[20];

    for (int i = 0; i < 64; i++) {
        snprintf(text, sizeof(text), "n%d", i);
        add_stock(text);
    }
    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    EXPECT_NUMBER(shim.open_count(), 64);
    EXPECT_NUMBER(fake_stock_cleanups, 64);
    while (client_first()) {
        expect_adopted(client_first());
        fake_netdev_del(client_first());
    }
    expect_nothing_left();
}

SCENARIO(netdevs_added_later_are_made_ours)
{
    char *error = NULL;
    NetClientState *client;

    shim_open();
    EXPECT_NUMBER(shim_install(NULL), 0);
    client = fake_netdev_add("n1", "{}", &error);
    EXPECT(client);
    EXPECT_NUMBER(fake_stock_calls, 0);
    EXPECT_NUMBER(shim.open_count(), 1);
    fake_netdev_del(client);
    expect_nothing_left();
}

SCENARIO(a_release_that_nobody_has_seen_is_a_warning, .releases = 1100,
         .says =
             "qemu-l2tpv3: warning: this plugin does not know QEMU 11.0 and "
             "guesses that it accepts version 6 of the plugin interface; if "
             "QEMU rejects that, use LD_PRELOAD instead of -plugin")
{
    NetClientState *client = add_stock("n0");

    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    expect_adopted(client);
    fake_netdev_del(client);
    expect_nothing_left();
}

SCENARIO(netdevs_of_other_kinds_stay_as_they_are)
{
    static NetClientInfo other_info = {.type = DRIVER_L2TPV3 + 1,
                                       .size = sizeof(NetClientState)};
    NetClientState *other = qemu_new_net_client(&other_info, NULL, "tap", "t0");
    NetClientState *client = add_stock("n0");

    shim_open();
    EXPECT_NUMBER(shim_install("require=on"), 0);
    expect_adopted(client);
    EXPECT(other->info == &other_info);
    fake_netdev_del(client);
    fake_netdev_del(other);
    expect_nothing_left();
}
