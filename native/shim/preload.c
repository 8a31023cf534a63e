/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when the library is preloaded: nothing, unless the process is a
 * QEMU that has an l2tpv3 backend. With -plugin the same happens later, in
 * plugin.c.
 *
 * Child processes inherit LD_PRELOAD. So this also runs in each helper that
 * QEMU starts, and in the shell or `timeout` that starts QEMU. None of those
 * has a symbol net_init_l2tpv3.
 *
 * A constructor runs before main. QEMU cannot report errors yet, and the .NET
 * runtime must not start yet, since QEMU may still fork.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"
#include "preload.h"
#include "qemu.h"
#include "settings.h"
#include "take_over.h"

static bool is_in_this_library(const void *address)
{
    Dl_info its;
    Dl_info ours;

    return dladdr(address, &its) && dladdr((void *)preload_is_used, &ours) &&
           its.dli_fbase == ours.dli_fbase;
}

bool preload_is_used(bool *other)
{
    void *program = dlopen(NULL, RTLD_LAZY);
    /* Not RTLD_DEFAULT, which also searches the scope of its caller. */
    void *found = program ? dlsym(program, "qemu_plugin_install") : NULL;
    bool is_ours = found && is_in_this_library(found);

    *other = found && !is_ours;
    if (program) {
        dlclose(program);
    }
    return is_ours;
}

static void __attribute__((constructor)) take_over_preloaded(void)
{
    bool other;

    if (!qemu_symbol("net_init_l2tpv3") || !preload_is_used(&other)) {
        return;
    }
    descriptors_remember();
    take_over(false);
    if (take_over_state() == TAKE_OVER_FAILED &&
        settings_mode() == MODE_REQUIRE) {
        _exit(EXIT_FAILURE);
    }
}
