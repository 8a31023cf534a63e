/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * -plugin: QEMU opens the file with its own symbols hidden from others, asks
 * for the version of the interface, and calls its install function. A plugin
 * that refuses is closed again.
 */
#include <dlfcn.h>
#include <stdlib.h>

#include "internal.h"

#if FAKE_QEMU_RELEASE < 900
#define OLDEST_INTERFACE 0
#define NEWEST_INTERFACE 1
#elif FAKE_QEMU_RELEASE < 1100
#define OLDEST_INTERFACE 2
#define NEWEST_INTERFACE 4
#elif FAKE_QEMU_RELEASE == 1100
/* Nobody knows. */
#define OLDEST_INTERFACE 0
#define NEWEST_INTERFACE 100
#else
#define OLDEST_INTERFACE 7
#define NEWEST_INTERFACE 7
#endif

typedef int install_function(uint64_t id, const void *info, int argc,
                             char **argv);

struct VersionInfo {
    struct version {
        int64_t major, minor, micro;
    } * qemu;
    char *package;
};

struct VersionInfo *qmp_query_version(Error **errp)
{
    struct VersionInfo *info = calloc(1, sizeof(*info));

    FAKE_CHECK(!errp && info);
    info->qemu = calloc(1, sizeof(*info->qemu));
    FAKE_CHECK(info->qemu);
    info->qemu->major = FAKE_QEMU_RELEASE / 100;
    info->qemu->minor = FAKE_QEMU_RELEASE % 100;
    return info;
}

void qapi_free_VersionInfo(struct VersionInfo *info)
{
    free(info->qemu);
    free(info);
}

/* Looked for, never called. */
int qemu_plugin_load_list(void *list, Error **errp)
{
    (void)list;
    (void)errp;
    abort();
}

int fake_plugin_load(const char *path, int argc, char **argv)
{
    void *library = dlopen(path, RTLD_LAZY | RTLD_LOCAL);
    install_function *install;
    int *version;
    int result;

    FAKE_CHECK(library);
    version = dlsym(library, "qemu_plugin_version");
    FAKE_CHECK(version && *version >= OLDEST_INTERFACE &&
               *version <= NEWEST_INTERFACE);
    *(void **)&install = dlsym(library, "qemu_plugin_install");
    FAKE_CHECK(install);
    result = install(1, NULL, argc, argv);
    if (result != 0) {
        dlclose(library);
    }
    return result;
}
