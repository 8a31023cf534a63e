/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of the shim between the fake QEMU and the fake plane. */
#ifndef SHIM_SCENARIOS_H
#define SHIM_SCENARIOS_H

#include "fake_plane.h"
#include "fake_qemu.h"
#include "scenario.h"

/* What the fakes export as QEMU; only the NIC's side is needed here. */
#include "internal.h"

#define SHIM_SCENARIOS(X)                                                      \
    /* loading.c */                                                            \
    X(the_netdev_is_ours)                                                      \
    X(the_netdev_is_qemus_own)                                                 \
    X(options_and_settings_arrive_as_text)                                     \
    X(options_that_cannot_be_read_make_no_netdev)                              \
    X(a_plane_of_another_version_or_size_is_refused)                           \
    X(variables_of_another_dotnet_program_are_hidden_while_the_plane_starts)   \
    /* transmit.c */                                                           \
    X(a_frame_of_the_guest_reaches_the_session)                                \
    X(a_frame_the_session_refuses_waits_until_it_resumes)                      \
    X(a_nic_asks_the_session_whether_it_may_send)                              \
    X(the_vnet_header_is_negotiated_with_the_session)                          \
    X(a_vnet_header_length_dies_with_its_nic)                                  \
    X(each_offload_keeps_its_meaning)                                          \
    X(a_change_of_the_link_reaches_the_session)                                \
    /* receive.c */                                                            \
    X(a_frame_of_the_session_reaches_the_guest)                                \
    X(a_frame_the_guest_cannot_take_is_reported_when_it_leaves)                \
    X(a_stopped_vm_queues_one_frame_and_goes_on)                               \
    X(short_frames_are_padded_when_the_nic_wants_it)                           \
    /* host.c */                                                               \
    X(the_socket_is_watched_as_asked)                                          \
    X(a_scheduled_run_comes_once)                                              \
    X(the_timer_rings_once_at_the_last_time_set)                               \
    X(text_of_the_session_is_not_a_format)                                     \
    /* life.c */                                                               \
    X(a_session_that_cannot_open_leaves_nothing)                               \
    X(netdev_del_closes_the_session)                                           \
    X(netdev_del_under_a_nic_follows_the_release)                              \
    X(frames_queued_at_the_nic_are_purged_before_the_session_closes)           \
    X(nothing_is_called_after_cleanup)                                         \
    X(a_netdev_outlives_its_nic)                                               \
    X(sixty_four_netdevs_do_not_mix)                                           \
    X(a_thousand_netdevs_come_and_go)                                          \
    /* objects.c */                                                            \
    X(a_property_is_what_the_session_says)                                     \
    X(a_long_property_arrives_whole)                                           \
    X(a_property_that_is_set_reaches_the_session)                              \
    X(a_value_the_session_refuses_is_an_error)                                 \
    X(an_object_goes_with_its_netdev)                                          \
    X(a_name_is_the_newest_netdevs)                                            \
    X(a_name_that_is_no_path_has_no_object)                                    \
    X(a_qemu_without_objects_has_netdevs)

#define DECLARE_SCENARIO(name) void name(void);
SHIM_SCENARIOS(DECLARE_SCENARIO)

/* A netdev that must come about, on a log that is empty afterwards. */
NetClientState *add_netdev(const char *id);

#endif /* SHIM_SCENARIOS_H */
