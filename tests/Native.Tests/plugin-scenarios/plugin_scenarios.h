/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of -plugin: the fake QEMU opens the shim as QEMU does. */
#ifndef PLUGIN_SCENARIOS_H
#define PLUGIN_SCENARIOS_H

#include "fake_plane.h"
#include "fake_qemu.h"
#include "scenario.h"

#include "internal.h"

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
