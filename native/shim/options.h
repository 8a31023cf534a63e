/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_OPTIONS_H
#define SHIM_OPTIONS_H

#include "qemu.h"

/*
 * The options of a netdev as JSON text, written by QEMU's own visitor: the
 * struct's layout, which differs between releases, stays QEMU's business.
 *
 * Owns: the caller frees the result with options_free. NULL with *errp set on
 * failure.
 */
struct gstring *options_to_json(const Netdev *netdev, Error **errp);
void options_free(struct gstring *json);

/*
 * The user wrote `option=on` for the netdev, or nobody knows what was written
 * (JSON leaves no trace). False: it was written as off, or not at all.
 */
bool options_ask_for(const char *id, const char *option);

#endif /* SHIM_OPTIONS_H */
