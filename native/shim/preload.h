/* SPDX-License-Identifier: GPL-2.0-or-later */
#ifndef SHIM_PRELOAD_H
#define SHIM_PRELOAD_H

#include <stdbool.h>

/*
 * True: the loader put the library into the program's own scope, as LD_PRELOAD
 * does. False: QEMU opened it, as -plugin does.
 *
 * *other: another copy of the library is in that scope.
 */
bool preload_is_used(bool *other);

#endif /* SHIM_PRELOAD_H */
