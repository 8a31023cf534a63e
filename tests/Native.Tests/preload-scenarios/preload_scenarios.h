/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of the published plugin, preloaded into the fake QEMU. */
#ifndef PRELOAD_SCENARIOS_H
#define PRELOAD_SCENARIOS_H

#define PRELOAD_SCENARIOS(X)                                                   \
    X(frames_pass_both_ways)                                                   \
    X(a_burst_leaves_in_order_at_its_end)                                      \
    X(a_nic_without_room_gets_the_rest_when_it_has_some)                       \
    X(a_vm_that_is_stopped_loses_nothing)                                      \
    X(a_short_frame_is_padded_for_the_nic_that_wants_it)                       \
    X(a_bad_option_makes_no_netdev)                                            \
    X(a_bad_setting_makes_no_netdev)                                           \
    X(a_socket_that_came_after_the_start_is_not_inherited)                     \
    X(netdev_del_gives_the_port_back)                                          \
    X(a_peer_that_is_not_there_is_said_once)                                   \
    X(netdevs_come_and_go_with_traffic_in_flight)

#define DECLARE_SCENARIO(name) void name(void);
PRELOAD_SCENARIOS(DECLARE_SCENARIO)

#endif /* PRELOAD_SCENARIOS_H */
