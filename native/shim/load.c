/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when the library is loaded. Preloaded: nothing, unless the
 * process is a QEMU that has an l2tpv3 backend. Then the backend's place in
 * QEMU's table of netdevs becomes ours. Whatever is unexpected leaves QEMU as
 * it is. With -plugin the same happens later, see plugin.c.
 *
 *     LD_PRELOAD is inherited, so this also runs in every helper QEMU starts
 *     and in the shell or `timeout` that starts QEMU: those have no symbol
 *     net_init_l2tpv3.
 *
 * A constructor runs before main: QEMU's error reporting is not ready, and the
 * .NET runtime must not start yet (QEMU may still fork).
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "descriptors.h"
#include "load.h"
#include "mode.h"
#include "netdev.h"
#include "plugin.h"
#include "qemu.h"
#include "runtime.h"
#include "slot.h"

#define REASON_SIZE 768

static enum load_state state = LOAD_NOT_TRIED;

enum load_state load_state(void)
{
    return state;
}

bool load_is_preloaded(bool *other)
{
    void *program = dlopen(NULL, RTLD_LAZY);
    /* Not RTLD_DEFAULT, which also searches the scope of its caller. */
    void *found = program ? dlsym(program, "qemu_plugin_install") : NULL;
    bool ours = found == (void *)(uintptr_t)qemu_plugin_install;

    *other = found && !ours;
    if (program) {
        dlclose(program);
    }
    return ours;
}

/* Returns the layout, or NULL with one sentence in reason. */
static const struct layout *take_over(bool start, char *reason)
{
    const void *stock_init = qemu_symbol("net_init_l2tpv3");
    const struct layout *layout;
    const char *missing = qemu_look_up();
    const char *problem;

    if (!stock_init) {
        snprintf(reason, REASON_SIZE, "it has no l2tpv3 backend");
        return NULL;
    }
    if (missing) {
        snprintf(reason, REASON_SIZE, "it does not export %s", missing);
        return NULL;
    }
    layout = layout_probe(reason, REASON_SIZE);
    if (!layout) {
        return NULL;
    }
    if (start && !runtime_start(reason, REASON_SIZE)) {
        return NULL;
    }
    client_set_layout(layout);
    problem = slot_replace(stock_init, (const void *)netdev_init);
    if (problem) {
        snprintf(reason, REASON_SIZE, "%s", problem);
        return NULL;
    }
    return layout;
}

const struct layout *load_take_over(bool start)
{
    enum mode mode = mode_get();
    char reason[REASON_SIZE] = "";
    const struct layout *layout;

    if (mode == MODE_OFF) {
        state = LOAD_OFF;
        return NULL;
    }
    layout = take_over(start, reason);
    if (layout) {
        state = LOAD_DONE;
        return layout;
    }
    state = LOAD_FAILED;
    if (mode == MODE_REQUIRE) {
        fprintf(stderr,
                "qemu-l2tpv3: error: cannot take over -netdev l2tpv3 of this "
                "QEMU: %s; without the setting require QEMU's own backend "
                "would be used\n",
                reason);
    } else {
        fprintf(stderr,
                "qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in "
                "place: %s\n",
                reason);
    }
    return NULL;
}

static void __attribute__((constructor)) load(void)
{
    bool other;

    if (!qemu_symbol("net_init_l2tpv3") || !load_is_preloaded(&other)) {
        return;
    }
    descriptors_remember();
    load_take_over(false);
    if (state == LOAD_FAILED && mode_get() == MODE_REQUIRE) {
        _exit(EXIT_FAILURE);
    }
}
