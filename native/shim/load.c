/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What happens when the library is loaded: nothing, unless the process is a
 * QEMU that has an l2tpv3 backend. Then the backend's place in QEMU's table of
 * netdevs becomes ours. Whatever is unexpected leaves QEMU as it is.
 *
 *     LD_PRELOAD is inherited, so this also runs in every helper QEMU starts
 *     and in the shell or `timeout` that starts QEMU: those have no symbol
 *     net_init_l2tpv3.
 *
 * A constructor runs before main: QEMU's error reporting is not ready, and the
 * .NET runtime must not start yet (QEMU may still fork).
 */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "layout.h"
#include "mode.h"
#include "netdev.h"
#include "qemu.h"
#include "slot.h"

#define REASON_SIZE 512

/* Returns 0, or -1 with one sentence in reason. */
static int take_over(const void *stock_init, char *reason)
{
    const struct layout *layout;
    const char *missing = qemu_look_up();
    const char *problem;

    if (missing) {
        snprintf(reason, REASON_SIZE, "it does not export %s", missing);
        return -1;
    }
    layout = layout_probe(reason, REASON_SIZE);
    if (!layout) {
        return -1;
    }
    client_set_layout(layout);
    problem = slot_replace(stock_init, (const void *)netdev_init);
    if (problem) {
        snprintf(reason, REASON_SIZE, "%s", problem);
        return -1;
    }
    return 0;
}

static void __attribute__((constructor)) load(void)
{
    const void *stock_init = qemu_symbol("net_init_l2tpv3");
    char reason[REASON_SIZE] = "";
    enum mode mode;

    if (!stock_init) {
        return;
    }
    mode = mode_get();
    if (mode == MODE_OFF || take_over(stock_init, reason) == 0) {
        return;
    }
    if (mode == MODE_REQUIRE) {
        fprintf(stderr,
                "qemu-l2tpv3: error: cannot take over -netdev l2tpv3 of this "
                "QEMU: %s; without QEMU_L2TPV3=require QEMU's own backend "
                "would be used\n",
                reason);
        _exit(EXIT_FAILURE);
    }
    fprintf(stderr,
            "qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in place: "
            "%s\n",
            reason);
}
