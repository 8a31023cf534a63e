/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_ENVIRONMENT_H
#define SHIM_ENVIRONMENT_H

#include <stdbool.h>

/*
 * Hide the variables DOTNET_* while the .NET runtime starts. They are meant for
 * another .NET program, and some of them (GCHeapHardLimit, GCLargePages,
 * GCRegionRange) would end this process. Programs that QEMU starts later see
 * them again.
 *
 * Returns false when memory is short; then nothing is hidden.
 */
bool environment_hide(void);
void environment_restore(void);

#endif /* SHIM_ENVIRONMENT_H */
