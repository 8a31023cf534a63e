/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded in front of the plugin: makes the running QEMU look like a release
 * whose NetClientInfo has another order. Who looks qemu_has_vnet_hdr up gets
 * an accessor that asks another slot; QEMU itself is as it always is.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <string.h>

void *dlsym(void *restrict handle, const char *restrict name)
{
    /* Under its old version, which both older and newer C libraries have. */
    union {
        void *address;
        void *(*function)(void *, const char *);
    } real = {.address = dlvsym(RTLD_NEXT, "dlsym", "GLIBC_2.2.5")};

    return real.function(
        handle, strcmp(name, "qemu_has_vnet_hdr") == 0 ? "qemu_has_ufo" : name);
}
