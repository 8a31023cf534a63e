/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU expects of the file that -plugin names. This is its interface for
 * TCG plugins, of which we use nothing but the loading.
 */
#ifndef SHIM_PLUGIN_H
#define SHIM_PLUGIN_H

#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* The version of the interface. QEMU rejects versions that it does not know. */
PLUGIN_EXPORT extern int qemu_plugin_version;

/* Returns 0. Anything else ends QEMU. Each argument is "key=value". */
PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc,
                                      char **argv);

#endif /* SHIM_PLUGIN_H */
