/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Puts our init function into QEMU's table of netdev types. Whatever is not as
 * expected leaves QEMU as it is.
 */
#include <stdio.h>

#include "callbacks.h"
#include "init_table.h"
#include "life.h"
#include "probe.h"
#include "qemu.h"
#include "runtime.h"
#include "settings.h"
#include "take_over.h"

#define REASON_SIZE 768

static enum take_over_state state = TAKE_OVER_NOT_TRIED;

enum take_over_state take_over_state(void)
{
    return state;
}

/* Returns the layout, or NULL with one sentence in reason. */
static const struct layout *replace_backend(bool start, char *reason)
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
    layout = probe_layout(reason, REASON_SIZE);
    if (!layout) {
        return NULL;
    }
    if (start && !runtime_start(reason, REASON_SIZE)) {
        return NULL;
    }
    callbacks_set_layout(layout, life_cleanup);
    problem = init_table_replace(stock_init, (const void *)life_init);
    if (problem) {
        snprintf(reason, REASON_SIZE, "%s", problem);
        return NULL;
    }
    return layout;
}

const struct layout *take_over(bool start)
{
    enum mode mode = settings_mode();
    char reason[REASON_SIZE] = "";
    const struct layout *layout;

    if (mode == MODE_OFF) {
        state = TAKE_OVER_OFF;
        return NULL;
    }
    layout = replace_backend(start, reason);
    if (layout) {
        state = TAKE_OVER_DONE;
        return layout;
    }
    state = TAKE_OVER_FAILED;
    if (mode == MODE_REQUIRE) {
        fprintf(stderr,
                "qemu-l2tpv3: error: cannot take over -netdev l2tpv3 of this "
                "QEMU: %s; without the setting require, QEMU would use its own "
                "backend\n",
                reason);
    } else {
        fprintf(stderr,
                "qemu-l2tpv3: warning: QEMU's own l2tpv3 backend stays in "
                "place: %s\n",
                reason);
    }
    return NULL;
}
