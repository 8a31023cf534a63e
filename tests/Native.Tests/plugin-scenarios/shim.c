/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The shim as QEMU has it: its symbols are found through its handle alone. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <limits.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin_scenarios.h"

struct shim shim;

/* It is beside the program. */
static const char *path(void)
{
    static char text[PATH_MAX + sizeof("libshim.so")];
    ssize_t size = readlink("/proc/self/exe", text, PATH_MAX);

    EXPECT(size > 0);
    text[size] = '\0';
    strcpy(strrchr(text, '/') + 1, "libshim.so");
    return text;
}

void shim_open(void)
{
    void *library = dlopen(path(), RTLD_LAZY | RTLD_LOCAL);

    EXPECT(library);
    shim.plane = dlsym(library, "fake_plane");
    *(void **)&shim.open_count = dlsym(library, "fake_plane_open_count");
    *(void **)&shim.host = dlsym(library, "fake_plane_host");
    *(void **)&shim.options = dlsym(library, "fake_plane_options");
    *(void **)&shim.take_calls = dlsym(library, "fake_plane_take_calls");
    EXPECT(shim.plane && shim.open_count && shim.host && shim.options &&
           shim.take_calls);
}

int shim_install(const char *argument)
{
    char text[64] = "";
    char *arguments[] = {text, NULL};

    if (argument) {
        strcpy(text, argument);
    }
    return fake_plugin_load(path(), argument ? 1 : 0, arguments);
}

NetClientState *add_stock(const char *id)
{
    const struct fake_stock options = {.cookie = 0};
    NetClientState *client = fake_stock_add(id, &options);

    EXPECT(fake_stock_is_watched(client));
    return client;
}

int port_of(int fd)
{
    struct sockaddr_in6 address = {.sin6_port = 0};
    socklen_t size = sizeof(address);

    EXPECT(getsockname(fd, (struct sockaddr *)&address, &size) == 0);
    /* At the same place in both families. */
    return ntohs(address.sin6_port);
}

void expect_adopted(NetClientState *client)
{
    EXPECT(!fake_stock_is_watched(client));
    EXPECT(!client->info->poll);
    EXPECT_NUMBER(client->info->type, DRIVER_L2TPV3);
}

void expect_stock(NetClientState *client)
{
    EXPECT(fake_stock_is_watched(client));
    EXPECT_TEXT(client->info_str, "l2tpv3: connected");
    EXPECT_NUMBER(fake_stock_cleanups, 0);
    EXPECT_NUMBER(shim.open_count(), 0);
    /* Its socket is bound, and watched. */
    EXPECT(port_of(fake_stock_socket(client)) != 0);
    EXPECT_NUMBER(fake_handler_count(), 1);
}

void expect_nothing_left(void)
{
    EXPECT_NUMBER(fake_client_count(), 0);
    EXPECT_NUMBER(shim.open_count(), 0);
    EXPECT_NUMBER(fake_handler_count(), 0);
    EXPECT_NUMBER(fake_bottom_half_count(), 0);
    EXPECT_NUMBER(fake_timer_count(), 0);
}
