/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_RUNTIME_H
#define SHIM_RUNTIME_H

#include <stdbool.h>
#include <stddef.h>

/*
 * What the .NET runtime needs to start, in MiB, in addition to the stack of its
 * one thread. StartTests measures the runtime and fails if it takes more.
 *
 * Address space, 385 measured: 257 for the range of the collector, and 128 that
 * malloc maps for the new thread and mostly gives back. The rest is margin.
 * Writable memory, 1 measured: the margin includes what the first netdev needs.
 */
#define RUNTIME_ADDRESS_SPACE_MIB 416
#define RUNTIME_WRITABLE_MIB 16

/*
 * Start the .NET runtime, unless it already runs. Never call this in a
 * constructor, or where the process may still fork: the child would lack the
 * thread of the runtime.
 *
 * Returns false with one sentence in reason when it did not start.
 */
bool runtime_start(char *reason, size_t size);

#endif /* SHIM_RUNTIME_H */
