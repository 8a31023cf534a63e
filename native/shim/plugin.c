/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -plugin qemu-l2tpv3.so[,key=value...]: QEMU opens the file itself.
 *
 *     command line --> netdevs --> -object --> PLUGINS --> board, NICs --> run
 *                      (stock)                    |
 *                                                 +-- the netdevs that exist
 *                                                 |   become ours (adopt.c)
 *                                                 +-- those hot-plugged later
 *                                                     are made ours (load.c)
 *
 * No NIC has asked a netdev for anything yet, no guest runs, and -daemonize has
 * forked (in 7.2, 10.0 and 11.1): the .NET runtime starts here, where a host
 * that has no room for it loses nothing. QEMU loads plugins under any
 * accelerator; only their TCG callbacks, which this has none of, need TCG.
 */
#include <stdio.h>
#include <string.h>

#include "adopt.h"
#include "l2tp_plane.h"
#include "load.h"
#include "mode.h"
#include "plugin.h"
#include "qemu.h"
#include "runtime.h"

#define ERROR_SIZE 1024

int qemu_plugin_version;

/*
 * The windows of versions that releases take do not overlap: 7.2 takes 0 to 1,
 * 9.0 to 10.2 from 2 on, 11.1 takes 7 alone. 11.0 has not been seen.
 */
static int version_for(const struct qemu_version *release)
{
    if (release->major < 9) {
        return 1;
    }
    if (release->major < 11) {
        return 2;
    }
    return release->major == 11 && release->minor == 0 ? 6 : 7;
}

/* QEMU reads the version after constructors have run. In anything but a QEMU
 * that takes plugins this does nothing. */
static void __attribute__((constructor)) set_version(void)
{
    struct qemu_version_info *(*query_version)(Error **);
    void (*free_version)(struct qemu_version_info *);
    struct qemu_version_info *version;

    *(void **)&query_version = qemu_symbol("qmp_query_version");
    *(void **)&free_version = qemu_symbol("qapi_free_VersionInfo");
    if (!qemu_symbol("qemu_plugin_load_list") || !query_version ||
        !free_version) {
        return;
    }
    version = query_version(NULL);
    qemu_plugin_version = version_for(version->qemu);
    free_version(version);
}

/* A wrong setting is refused at once, whether or not there is a netdev. Words
 * alone are the shim's. A runtime that does not start is said by take-over. */
static int check_settings(void)
{
    char error[ERROR_SIZE] = "";

    if (strchr(mode_settings(), '=') && runtime_start(error, sizeof(error)) &&
        l2tp_plane_check_settings(mode_settings(), error, sizeof(error)) < 0) {
        fprintf(stderr, "qemu-l2tpv3: error: %s\n", error);
        return -1;
    }
    return 0;
}

/* LD_PRELOAD, or another -plugin with this file under another name. */
static int install_again(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (load_state() == LOAD_FAILED && strcmp(argv[i], "require=on") == 0) {
            fprintf(stderr, "qemu-l2tpv3: error: see the warning above; "
                            "require makes it fatal\n");
            return -1;
        }
    }
    if (argc > 0) {
        fprintf(stderr,
                "qemu-l2tpv3: warning: loaded already, by LD_PRELOAD or by an "
                "earlier -plugin, whose settings hold; the arguments of this "
                "-plugin are ignored\n");
    }
    return 0;
}

/* There may be cookies in it, which the netdev would be without. */
static void tell_of_variable(void)
{
    if (mode_get() != MODE_OFF && mode_has_unread_variable()) {
        fprintf(stderr, "qemu-l2tpv3: warning: QEMU_L2TPV3 is not read, since "
                        "-plugin has its own settings: its arguments\n");
    }
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    const struct layout *layout;
    bool other;

    (void)id;
    (void)info;
    if (load_is_preloaded(&other) || other || load_state() != LOAD_NOT_TRIED) {
        return install_again(argc, argv);
    }
    if (mode_use_arguments(argc, argv) < 0 || check_settings() < 0) {
        return -1;
    }
    tell_of_variable();
    layout = load_take_over(true);
    if (layout) {
        return adopt_netdevs(layout, mode_get() == MODE_REQUIRE);
    }
    return load_state() == LOAD_FAILED && mode_get() == MODE_REQUIRE ? -1 : 0;
}
