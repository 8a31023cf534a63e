/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a session asks of its host besides delivering frames. */
#include <sys/socket.h>
#include <unistd.h>

#include "shim_scenarios.h"

SCENARIO(the_socket_is_watched_as_asked)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    int pair[2];

    EXPECT(socketpair(AF_UNIX, SOCK_DGRAM, 0, pair) == 0);
    EXPECT_NUMBER(fake_handler_count(), 0);
    host->watch(host->opaque, pair[0], L2TP_WATCH_READ);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    EXPECT(write(pair[1], "x", 1) == 1);
    fake_loop_turn(1000);
    EXPECT_TEXT(fake_plane_take_calls(), "readable\n");
    host->watch(host->opaque, pair[0], L2TP_WATCH_WRITE);
    fake_loop_turn(1000);
    EXPECT_TEXT(fake_plane_take_calls(), "writable\n");
    host->watch(host->opaque, pair[0], L2TP_WATCH_READ | L2TP_WATCH_WRITE);
    fake_loop_turn(1000);
    EXPECT_TEXT(fake_plane_take_calls(), "readable\nwritable\n");
    host->watch(host->opaque, pair[0], 0);
    EXPECT_NUMBER(fake_handler_count(), 0);
    close(pair[0]);
    close(pair[1]);
    fake_netdev_del(client);
}

SCENARIO(a_scheduled_run_comes_once)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();

    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    host->schedule(host->opaque);
    host->schedule(host->opaque);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_loop_turn(0);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "run\n");
    fake_netdev_del(client);
}

SCENARIO(the_timer_rings_once_at_the_last_time_set)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();

    host->set_timer(host->opaque, 1000);
    host->set_timer(host->opaque, 100000);
    fake_clock_advance(50000);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_clock_advance(50001);
    fake_loop_turn(0);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "timer\n");
    host->set_timer(host->opaque, 0);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "timer\n");
    host->set_timer(host->opaque, 1000);
    host->set_timer(host->opaque, -1);
    host->set_timer(host->opaque, -1);
    fake_clock_advance(5000);
    fake_loop_turn(0);
    EXPECT_TEXT(fake_plane_take_calls(), "");
    fake_netdev_del(client);
}

SCENARIO(text_of_the_session_is_not_a_format)
{
    NetClientState *client = add_netdev("n0");
    const struct l2tp_host *host = fake_plane_host();
    char *error = NULL;

    host->set_info(host->opaque, "fe80::1%eth0 %s%n");
    EXPECT_TEXT(client->info_str, "fe80::1%eth0 %s%n");
    host->report(host->opaque, L2TP_REPORT_INFO, "%s%n 1");
    host->report(host->opaque, L2TP_REPORT_WARNING, "%s%n 2");
    host->report(host->opaque, L2TP_REPORT_ERROR, "%s%n 3");
    EXPECT_TEXT(fake_take_reports(),
                "info: %s%n 1\nwarning: %s%n 2\nerror: %s%n 3\n");
    fake_plane.open_error = "src=%s%n is no address";
    EXPECT(!fake_netdev_add("n1", "{}", &error));
    EXPECT_TEXT(error, "src=%s%n is no address");
    free(error);
    fake_netdev_del(client);
}
