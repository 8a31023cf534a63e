/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of the published plane. */
#ifndef PLANE_SCENARIOS_H
#define PLANE_SCENARIOS_H

#define PLANE_SCENARIOS(X)                                                     \
    /* contract.c */                                                           \
    X(the_plane_tells_its_version_and_sizes)                                   \
    X(a_host_of_another_version_or_size_is_refused)                            \
    X(arguments_that_are_null_do_no_harm)                                      \
    X(lengths_and_counts_that_make_no_sense_do_no_harm)                        \
    X(an_exception_stays_inside_and_is_said_once)                              \
    X(options_that_cannot_be_read_are_refused_in_words)                        \
    X(an_error_is_cut_to_its_buffer)                                           \
    /* malformed.c */                                                          \
    X(every_length_of_datagram_up_to_80_is_judged)                             \
    X(every_bit_of_the_header_is_judged)                                       \
    X(random_datagrams_are_never_delivered)                                    \
    X(the_longest_datagram_arrives_whole)                                      \
    X(a_guest_that_is_full_loses_nothing)                                      \
    /* random.c */                                                             \
    X(random_frames_datagrams_and_calls_do_no_harm)                            \
    /* transmit.c */                                                           \
    X(a_frame_in_any_number_of_pieces_is_one_datagram)                         \
    X(frames_of_every_length_are_sent_or_counted)                              \
    X(what_waits_at_close_is_sent)                                             \
    /* volume.c */                                                             \
    X(a_million_frames_to_the_wire_leave_no_trace)                             \
    X(a_million_frames_to_the_guest_leave_no_trace)                            \
    X(a_thousand_sessions_leave_no_trace)                                      \
    /* start.c */                                                              \
    X(the_runtime_takes_no_more_than_the_shim_tries)

#define DECLARE_SCENARIO(name) void name(void);
PLANE_SCENARIOS(DECLARE_SCENARIO)

#endif /* PLANE_SCENARIOS_H */
