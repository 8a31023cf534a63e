/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_OPTIONS_H
#define SHIM_OPTIONS_H

#include "qemu.h"

/*
 * The options of a netdev as JSON text. QEMU's own visitor writes it, so the
 * shim need not know the struct, whose layout differs between releases.
 *
 * The caller frees the result with options_free. NULL: *errp is set.
 */
struct gstring *options_to_json(const Netdev *netdev, Error **errp);
void options_free(struct gstring *json);

/*
 * True: the user wrote option=on for the netdev, or nobody can know, since
 * options in JSON leave no trace. False: the user wrote off, or nothing.
 */
bool options_ask_for(const char *id, const char *option);

#endif /* SHIM_OPTIONS_H */
