/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -plugin qemu-l2tpv3.so[,key=value...]: QEMU opens the file itself.
 *
 *     command line --> netdevs --> -object --> PLUGINS --> board, NICs --> run
 *                      (stock)                    |
 *                                                 +-- the netdevs that exist
 *                                                 |   become ours (adopt.c)
 *                                                 +-- those added later are
 *                                                     ours (take_over.c)
 *
 * At this point no NIC has asked a netdev for anything, no guest runs, and
 * -daemonize has forked (in 7.2, 10.0 and 11.1). So the .NET runtime starts
 * here: if the host has no room for it, nothing is lost. QEMU loads plugins
 * with any accelerator. Only TCG callbacks need TCG, and we have none.
 */
#include <stdio.h>
#include <string.h>

#include "adopt.h"
#include "l2tp_plane.h"
#include "plugin.h"
#include "preload.h"
#include "qemu.h"
#include "runtime.h"
#include "settings.h"
#include "take_over.h"

#define ERROR_SIZE 1024

int qemu_plugin_version;

/*
 * Each release accepts a range of versions, and the ranges do not overlap: 7.2
 * accepts 0 and 1, 9.0 to 10.2 accept 2 and above, 11.1 accepts only 7.
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

/* Nobody has seen what other releases accept. */
static bool is_known(const struct qemu_version *release)
{
    return release->major < 11 || (release->major == 11 && release->minor == 1);
}

/* QEMU itself ends with an error when the guess is wrong. */
static void warn_of_guess(const struct qemu_version *release, int version)
{
    bool other;

    if (!is_known(release) && !preload_is_used(&other)) {
        fprintf(
            stderr,
            "qemu-l2tpv3: warning: this plugin does not know QEMU %d.%d and "
            "guesses that it accepts version %d of the plugin interface; "
            "if QEMU rejects that, use LD_PRELOAD instead of -plugin\n",
            (int)release->major, (int)release->minor, version);
    }
}

/* QEMU reads the version after constructors have run. This does nothing in a
 * program that is no QEMU with plugins. */
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
    warn_of_guess(version->qemu, qemu_plugin_version);
    free_version(version);
}

/*
 * Reject a wrong setting at once, even if there is no netdev. Settings without
 * a value belong to the shim. If the runtime does not start, take_over says so.
 */
static int check_settings(void)
{
    char error[ERROR_SIZE] = "";

    if (strchr(settings_text(), '=') && runtime_start(error, sizeof(error)) &&
        l2tp_plane_check_settings(settings_text(), error, sizeof(error)) < 0) {
        fprintf(stderr, "qemu-l2tpv3: error: %s\n", error);
        return -1;
    }
    return 0;
}

/* After LD_PRELOAD, or after another -plugin with a copy of this file. */
static int install_again(int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        if (take_over_state() == TAKE_OVER_FAILED &&
            strcmp(argv[i], "require=on") == 0) {
            fprintf(stderr, "qemu-l2tpv3: error: require turns the warning "
                            "above into an error\n");
            return -1;
        }
    }
    if (argc > 0) {
        fprintf(stderr,
                "qemu-l2tpv3: warning: LD_PRELOAD or an earlier -plugin has "
                "already loaded qemu-l2tpv3, and its settings apply; the "
                "arguments of this -plugin are ignored\n");
    }
    return 0;
}

/* The variable may hold cookies, which the netdev would then lack. */
static void warn_of_variable(void)
{
    if (settings_mode() != MODE_OFF && settings_ignore_variable()) {
        fprintf(stderr, "qemu-l2tpv3: warning: QEMU_L2TPV3 is ignored, since "
                        "-plugin takes its settings from its arguments\n");
    }
}

int qemu_plugin_install(uint64_t id, const void *info, int argc, char **argv)
{
    const struct layout *layout;
    bool other;

    (void)id;
    (void)info;
    if (preload_is_used(&other) || other ||
        take_over_state() != TAKE_OVER_NOT_TRIED) {
        return install_again(argc, argv);
    }
    if (settings_use_arguments(argc, argv) < 0 || check_settings() < 0) {
        return -1;
    }
    warn_of_variable();
    layout = take_over(true);
    if (layout) {
        return adopt_netdevs(layout, settings_mode() == MODE_REQUIRE);
    }
    return take_over_state() == TAKE_OVER_FAILED &&
                   settings_mode() == MODE_REQUIRE
               ? -1
               : 0;
}
