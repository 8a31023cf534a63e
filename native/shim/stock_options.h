/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_STOCK_OPTIONS_H
#define SHIM_STOCK_OPTIONS_H

#include "stock.h"

/* The options of a netdev of QEMU's own backend as JSON, as QEMU's visitor
 * writes them (l2tp_plane.h), with numeric addresses. False: no room. */
bool stock_options(const struct stock *stock, char *json, size_t size);

#endif /* SHIM_STOCK_OPTIONS_H */
