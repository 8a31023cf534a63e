/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A data plane without data: it implements l2tp_plane.h by writing down each
 * call and answering what the scenario has set. A call on a session that is
 * closed, or from inside a wrong place, ends the process.
 */
#ifndef FAKE_PLANE_H
#define FAKE_PLANE_H

#include "l2tp_plane.h"

/* The scenarios are in another object than shim and plane. */
#pragma GCC visibility push(default)

/* The answers; the scenario may change them at any time. */
struct fake_plane {
    /* What it was compiled with. */
    uint32_t abi_version;
    uint32_t config_size;
    /* Not NULL: called when the runtime starts. */
    void (*starting)(void);
    /* Not NULL: opening fails with this text. */
    const char *open_error;
    /* Called while a session opens, with its options. */
    void (*opening)(const char *options);
    /* Not NULL: the settings are refused with this text. */
    const char *settings_error;
    /* transmit says 0. */
    int full;
    int has_vnet_header;
    /* What each property reads as; NULL: it cannot be read. */
    const char *value;
    /* Not NULL: a property that is set refuses with this text. */
    const char *set_error;
};
extern struct fake_plane fake_plane;

/* How many sessions are open. */
int fake_plane_open_count(void);

/* The session opened last, and what it was opened with. */
struct l2tp_session *fake_plane_session(void);
const struct l2tp_host *fake_plane_host(void);
const char *fake_plane_options(void);
const char *fake_plane_settings(void);

/* The calls since the last time, one "name argument\n" each; valid until the
 * next call. */
const char *fake_plane_take_calls(void);

#pragma GCC visibility pop

#endif /* FAKE_PLANE_H */
