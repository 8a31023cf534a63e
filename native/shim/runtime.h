/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_RUNTIME_H
#define SHIM_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the .NET runtime takes when it starts, in MiB, on top of the stack of
 * its one thread. StartTests measures the real one and fails when it takes
 * more than this.
 *
 * Address space, 385 measured: 256 for the collector's range, 128 that malloc
 * maps, and mostly gives back, for the new thread; the rest is margin.
 * Writable memory, 1 measured: the first netdev's own needs are margin, too.
 */
#define RUNTIME_ADDRESS_SPACE_MIB 416
#define RUNTIME_WRITABLE_MIB 16

/*
 * Starts the .NET runtime, unless it runs already. Never in a constructor, and
 * never where the process may still fork: its thread would be missing.
 *
 * False: it was not started, and the reason is one sentence.
 */
bool runtime_start(char *reason, size_t size);

#endif /* SHIM_RUNTIME_H */
