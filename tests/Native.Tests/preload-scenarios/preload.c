/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 *     fake NIC <--fake QEMU--> qemu-l2tpv3.so <--UDP on 127.0.0.1--> struct
 * wire
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver.h"
#include "fake_qemu.h"

#define HEADER_SIZE 8
static const uint8_t to_wire[HEADER_SIZE] = {0, 3, 0, 0, 0, 0, 0, 1};
static const uint8_t to_guest[HEADER_SIZE] = {0, 3, 0, 0, 0, 0, 0, 2};

struct tunnel {
    struct wire wire;
    NetClientState *client;
    struct fake_nic *nic;
};

static void open_tunnel(struct tunnel *tunnel, bool do_not_pad)
{
    char *error = NULL;

    wire_open(&tunnel->wire, "");
    tunnel->client = fake_netdev_add("n0", tunnel->wire.options, &error);
    if (!tunnel->client) {
        scenario_fail(__FILE__, __LINE__, error);
    }
    EXPECT_NUMBER(fake_stock_calls, 0);
    tunnel->nic = fake_nic_add(tunnel->client, do_not_pad);
}

static void close_tunnel(struct tunnel *tunnel)
{
    fake_nic_del(tunnel->nic);
    fake_netdev_del(tunnel->client);
    wire_close(&tunnel->wire);
    EXPECT_NUMBER(fake_handler_count(), 0);
    EXPECT_NUMBER(fake_bottom_half_count(), 0);
    EXPECT_NUMBER(fake_timer_count(), 0);
}

static void send_to_guest(const struct tunnel *tunnel, uint8_t mark,
                          size_t size)
{
    uint8_t datagram[2048] = {0};

    memcpy(datagram, to_guest, HEADER_SIZE);
    datagram[HEADER_SIZE] = mark;
    wire_send(&tunnel->wire, datagram, HEADER_SIZE + size);
}

static void send_to_wire(const struct tunnel *tunnel, uint8_t mark)
{
    uint8_t frame[1514] = {mark};

    EXPECT_NUMBER(fake_nic_send(tunnel->nic, frame, sizeof(frame)),
                  sizeof(frame));
}

static void expect_on_wire(const struct tunnel *tunnel, uint8_t mark)
{
    uint8_t datagram[2048];

    EXPECT_NUMBER(wire_receive(&tunnel->wire, datagram, sizeof(datagram)),
                  HEADER_SIZE + 1514);
    EXPECT(memcmp(datagram, to_wire, HEADER_SIZE) == 0);
    EXPECT_NUMBER(datagram[HEADER_SIZE], mark);
}

static void expect_info(const struct tunnel *tunnel, const char *text)
{
    for (int i = 0; i < 500 && !strstr(tunnel->client->info_str, text); i++) {
        fake_loop_turn(10);
    }
    if (!strstr(tunnel->client->info_str, text)) {
        scenario_text(__FILE__, __LINE__, "info", tunnel->client->info_str,
                      text);
    }
}

SCENARIO(frames_pass_both_ways)
{
    struct tunnel tunnel;

    open_tunnel(&tunnel, true);
    for (uint8_t i = 0; i < 100; i++) {
        send_to_wire(&tunnel, i);
        fake_loop_turn(0);
        expect_on_wire(&tunnel, i);
        send_to_guest(&tunnel, i, 60u + i);
        fake_loop_turn(1000);
        EXPECT_NUMBER(tunnel.nic->frames, i + 1);
        EXPECT_NUMBER(tunnel.nic->last[0], i);
        EXPECT_NUMBER(tunnel.nic->last_size, 60 + i);
    }
    expect_info(&tunnel, "frames tx 100 rx 100, drops 0");
    EXPECT_TEXT(fake_take_reports(), "");
    close_tunnel(&tunnel);
}

SCENARIO(a_burst_leaves_in_order_at_its_end)
{
    struct tunnel tunnel;
    uint8_t datagram[2048];

    open_tunnel(&tunnel, true);
    for (uint8_t i = 0; i < 32; i++) {
        send_to_wire(&tunnel, i);
    }
    EXPECT_NUMBER(wire_receive(&tunnel.wire, datagram, sizeof(datagram)), -1);
    fake_loop_turn(0);
    for (uint8_t i = 0; i < 32; i++) {
        expect_on_wire(&tunnel, i);
    }
    close_tunnel(&tunnel);
}

SCENARIO(a_nic_without_room_gets_the_rest_when_it_has_some)
{
    struct tunnel tunnel;

    open_tunnel(&tunnel, true);
    tunnel.nic->room = 2;
    for (uint8_t i = 0; i < 10; i++) {
        send_to_guest(&tunnel, i, 60);
    }
    fake_loop_turn(1000);
    fake_loop_turn(0);
    EXPECT_NUMBER(tunnel.nic->frames, 2);
    /* Not watched while the guest is full, or the loop would spin. */
    EXPECT_NUMBER(fake_handler_count(), 0);
    fake_nic_take(tunnel.nic, 3);
    fake_loop_turn(0);
    EXPECT_NUMBER(tunnel.nic->frames, 5);
    fake_nic_take(tunnel.nic, 100);
    fake_loop_turn(0);
    EXPECT_NUMBER(tunnel.nic->frames, 10);
    EXPECT_NUMBER(tunnel.nic->last[0], 9);
    EXPECT_NUMBER(fake_handler_count(), 1);
    expect_info(&tunnel, "rx 10, drops 0");
    close_tunnel(&tunnel);
}

SCENARIO(a_vm_that_is_stopped_loses_nothing)
{
    struct tunnel tunnel;

    open_tunnel(&tunnel, true);
    fake_vm_set_running(false);
    for (uint8_t i = 0; i < 100; i++) {
        send_to_guest(&tunnel, i, 60);
        fake_loop_turn(0);
    }
    EXPECT_NUMBER(tunnel.nic->frames, 0);
    fake_vm_set_running(true);
    fake_nic_take(tunnel.nic, 1000);
    for (int i = 0; i < 10; i++) {
        fake_loop_turn(0);
    }
    EXPECT_NUMBER(tunnel.nic->frames, 100);
    EXPECT_NUMBER(tunnel.nic->last[0], 99);
    close_tunnel(&tunnel);
}

SCENARIO(a_short_frame_is_padded_for_the_nic_that_wants_it)
{
    struct tunnel tunnel;

    for (int i = 0; i < 2; i++) {
        open_tunnel(&tunnel, i == 0);
        /* Leaves other bytes in the slot. */
        memset(tunnel.nic->last, 0xff, sizeof(tunnel.nic->last));
        send_to_guest(&tunnel, 0x11, 14);
        fake_loop_turn(1000);
        EXPECT_NUMBER(tunnel.nic->last_size, i == 0 ? 14 : 60);
        for (size_t at = 1; at < tunnel.nic->last_size; at++) {
            EXPECT_NUMBER(tunnel.nic->last[at], 0);
        }
        close_tunnel(&tunnel);
    }
}

SCENARIO(a_bad_option_makes_no_netdev)
{
    char *error = NULL;
    const int descriptors = count_descriptors();

    EXPECT(!fake_netdev_add("n0", "{\"id\": \"n0\", \"udp\": true}", &error));
    EXPECT_TEXT(error, "l2tpv3 netdev 'n0': src= is missing; give the address "
                       "of this end");
    free(error);
    EXPECT_NUMBER(fake_client_count(), 0);
    /* The runtime keeps one, and opened it in the first call. */
    EXPECT(count_descriptors() <= descriptors + 1);
}

SCENARIO(a_bad_setting_makes_no_netdev, .settings = "nonsense")
{
    struct wire wire;
    char *error = NULL;

    wire_open(&wire, "");
    EXPECT(!fake_netdev_add("n0", wire.options, &error));
    /* The test sets it in the environment. */
    EXPECT(strstr(error, "QEMU_L2TPV3: 'nonsense' is not a setting"));
    free(error);
    EXPECT_NUMBER(fake_handler_count(), 0);
    wire_close(&wire);
}

SCENARIO(a_socket_that_came_after_the_start_is_not_inherited)
{
    const int fd = socket(AF_INET, SOCK_DGRAM, 0);
    struct wire wire;
    char settings[32];
    char *error = NULL;

    wire_open(&wire, "");
    snprintf(settings, sizeof(settings), "fd=%d", fd);
    setenv("QEMU_L2TPV3", settings, 1);
    EXPECT(!fake_netdev_add("n0", wire.options, &error));
    EXPECT(strstr(error, "is not inherited: QEMU opened it itself"));
    free(error);
    close(fd);
    wire_close(&wire);
}

SCENARIO(netdev_del_gives_the_port_back)
{
    struct tunnel tunnel;
    NetClientState *again;
    char *error = NULL;

    open_tunnel(&tunnel, true);
    EXPECT(!fake_netdev_add("n1", tunnel.wire.options, &error));
    EXPECT(strstr(error, "is in use"));
    free(error);
    error = NULL;
    fake_netdev_del(tunnel.client);
    again = fake_netdev_add("n1", tunnel.wire.options, &error);
    /* From 10.0 on, the socket lives until its NIC goes. */
    EXPECT_NUMBER(again != NULL, CLEANS_UP_AT_ONCE);
    free(error);
    fake_nic_del(tunnel.nic);
    if (!again) {
        again = fake_netdev_add("n1", tunnel.wire.options, &error);
        EXPECT(again);
    }
    fake_netdev_del(again);
    wire_close(&tunnel.wire);
    EXPECT_NUMBER(fake_handler_count(), 0);
}

SCENARIO(a_peer_that_is_not_there_is_said_once)
{
    struct tunnel tunnel;
    const char *reports;

    open_tunnel(&tunnel, true);
    wire_close(&tunnel.wire);
    for (uint8_t i = 0; i < 20; i++) {
        send_to_wire(&tunnel, i);
        /* The second turn reads the kernel's answer, before the next send. */
        fake_loop_turn(0);
        fake_loop_turn(0);
    }
    expect_info(&tunnel, "frames tx 20 rx 0, drops 0, send errors 20 (now: "
                         "Connection refused");
    reports = fake_take_reports();
    EXPECT(strstr(reports, "Connection refused"));
    EXPECT(strchr(reports, '\n') == strrchr(reports, '\n'));
    wire_open(&tunnel.wire, "");
    close_tunnel(&tunnel);
}

SCENARIO(netdevs_come_and_go_with_traffic_in_flight)
{
    struct tunnel tunnel;

    for (uint8_t i = 0; i < 100; i++) {
        open_tunnel(&tunnel, true);
        tunnel.nic->room = i % 3;
        for (int j = 0; j < 5; j++) {
            send_to_guest(&tunnel, i, 60);
            send_to_wire(&tunnel, i);
        }
        if (i % 2 == 0) {
            fake_loop_turn(0);
        }
        close_tunnel(&tunnel);
    }
    EXPECT_TEXT(fake_take_reports(), "");
}
