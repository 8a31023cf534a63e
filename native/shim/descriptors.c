/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "callbacks.h"
#include "client.h"
#include "descriptors.h"
#include "settings.h"
#include "sockets.h"
#include "stock.h"

#define MAXIMUM_REMEMBERED 256

/* Inodes, since another socket may have the number by now. */
static ino_t remembered[MAXIMUM_REMEMBERED];
static int remembered_count;
/* There was a /proc, and room for all of them. */
static bool knows_inherited;

static void mark(int fd)
{
    if (fd >= 0 && sockets_fits_l2tp(fd)) {
        fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
}

/* False: there is no /proc. */
static bool for_each_descriptor(void (*visit)(int fd, ino_t inode))
{
    DIR *directory = opendir("/proc/self/fd");
    struct dirent *entry;
    struct stat status;

    if (!directory) {
        return false;
    }
    while ((entry = readdir(directory))) {
        const int fd = atoi(entry->d_name);

        if (entry->d_name[0] != '.' && fd != dirfd(directory) &&
            fstat(fd, &status) == 0 && S_ISSOCK(status.st_mode)) {
            visit(fd, status.st_ino);
        }
    }
    closedir(directory);
    return true;
}

static void remember(int fd, ino_t inode)
{
    if (!sockets_fits_l2tp(fd)) {
        return;
    }
    if (remembered_count < MAXIMUM_REMEMBERED) {
        remembered[remembered_count] = inode;
    }
    remembered_count++;
}

void descriptors_remember(void)
{
    knows_inherited =
        for_each_descriptor(remember) && remembered_count <= MAXIMUM_REMEMBERED;
}

static void mark_if_new(int fd, ino_t inode)
{
    for (int i = 0; i < remembered_count; i++) {
        if (remembered[i] == inode) {
            return;
        }
    }
    mark(fd);
}

/* The fd=N in a client's line of `info network`. -1: there is none. */
static int described_descriptor(const NetClientState *client)
{
    char text[QEMU_CLIENT_INFO_STR_SIZE + 1] = {0};
    const char *found;

    memcpy(text, (const char *)client + QEMU_CLIENT_INFO_STR,
           QEMU_CLIENT_INFO_STR_SIZE);
    found = strstr(text, "fd=");
    return found ? atoi(found + strlen("fd=")) : -1;
}

static void mark_clients(void)
{
    int count;
    NetClientState **clients = client_list(&count);

    for (int i = 0; clients && i < count; i++) {
        if (stock_is(clients[i])) {
            mark(stock_descriptor(clients[i]));
        } else if (!callbacks_are_of(clients[i])) {
            mark(described_descriptor(clients[i]));
        }
    }
    free(clients);
}

void descriptors_mark(void)
{
    const char *settings = settings_text();

    if (!settings || !strstr(settings, "fd=")) {
        return;
    }
    mark_clients();
    if (knows_inherited) {
        for_each_descriptor(mark_if_new);
    }
}
