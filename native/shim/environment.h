/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_ENVIRONMENT_H
#define SHIM_ENVIRONMENT_H

#include <stdbool.h>

/*
 * While the .NET runtime starts, the variables DOTNET_* are not there: they
 * are meant for another .NET program, and some of them (GCHeapHardLimit,
 * GCLargePages, GCRegionRange) would end this process. The programs that QEMU
 * starts get them again.
 *
 * False: there is no memory, and nothing is hidden.
 */
bool environment_hide(void);
void environment_restore(void);

#endif /* SHIM_ENVIRONMENT_H */
