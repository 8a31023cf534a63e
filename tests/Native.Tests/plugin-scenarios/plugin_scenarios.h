/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of -plugin: the fake QEMU opens the shim as QEMU does. */
#ifndef PLUGIN_SCENARIOS_H
#define PLUGIN_SCENARIOS_H

#include "fake_plane.h"
#include "fake_qemu.h"
#include "scenario.h"

#include "internal.h"

#define PLUGIN_SCENARIOS(X)                                                    \
    /* adopt.c */                                                              \
    X(a_netdev_of_the_command_line_becomes_ours)                               \
    X(each_header_is_read_back)                                                \
    X(what_the_user_wrote_wins_over_what_the_backend_made_of_it)               \
    X(an_adopted_netdev_serves_its_nic)                                        \
    X(an_adopted_netdev_goes_as_any_other)                                     \
    X(sixty_four_netdevs_become_ours)                                          \
    X(netdevs_added_later_are_made_ours)                                       \
    X(netdevs_of_other_kinds_stay_as_they_are)                                 \
    /* refuse.c */                                                             \
    X(a_session_that_cannot_open_leaves_the_backend)                           \
    X(a_session_that_cannot_open_is_an_error_where_it_is_required)             \
    X(a_state_that_is_not_as_known_leaves_the_backend)                         \
    X(no_free_descriptor_leaves_the_backend)                                   \
    X(a_port_that_is_taken_meanwhile_is_an_error)                              \
    X(exec_closes_the_socket_of_a_backend_that_stays)                          \
    X(sockets_of_other_netdevs_are_marked_before_one_of_ours_opens)            \
    X(a_bad_setting_is_refused_at_once)                                        \
    X(off_leaves_everything)                                                   \
    X(a_second_plugin_does_nothing)

#define DECLARE_SCENARIO(name) void name(void);
PLUGIN_SCENARIOS(DECLARE_SCENARIO)

/* The shim and the fake plane in it, opened but not installed yet. */
struct shim {
    struct fake_plane *plane;
    int (*open_count)(void);
    const struct l2tp_host *(*host)(void);
    const char *(*options)(void);
    const char *(*take_calls)(void);
};
extern struct shim shim;
void shim_open(void);

/* -plugin with one argument, or none (NULL). */
int shim_install(const char *argument);

NetClientState *add_stock(const char *id);
/* The port that a socket is bound to. */
int port_of(int fd);
void expect_adopted(NetClientState *client);
void expect_stock(NetClientState *client);
/* At the end: no netdev, and nothing that belongs to one. */
void expect_nothing_left(void);

#endif /* PLUGIN_SCENARIOS_H */
