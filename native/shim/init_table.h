/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_INIT_TABLE_H
#define SHIM_INIT_TABLE_H

/*
 * QEMU keeps the init function of each netdev type in a table. Replace the
 * entry that holds `present` with `wanted`.
 *
 * Returns NULL, or the reason why nothing was changed.
 */
const char *init_table_replace(const void *present, const void *wanted);

#endif /* SHIM_INIT_TABLE_H */
