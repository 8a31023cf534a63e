/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_SLOT_H
#define SHIM_SLOT_H

#include <stddef.h>

/*
 * Replace the one word of the main program's read-only data that equals
 * `present` by `wanted`.
 *
 * Returns NULL, or why it was not done; then nothing has changed.
 */
const char *slot_replace(const void *present, const void *wanted);

#endif /* SHIM_SLOT_H */
