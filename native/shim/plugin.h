/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What QEMU asks of the file given with -plugin (its TCG plugin interface, of
 * which this uses nothing but the loading).
 */
#ifndef SHIM_PLUGIN_H
#define SHIM_PLUGIN_H

#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* The version of the interface; QEMU refuses those that it does not speak. */
PLUGIN_EXPORT extern int qemu_plugin_version;

/* Returns 0; anything else ends QEMU. The arguments are "key=value". */
PLUGIN_EXPORT int qemu_plugin_install(uint64_t id, const void *info, int argc,
                                      char **argv);

#endif /* SHIM_PLUGIN_H */
