/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tells the sockets that QEMU uses from those that it has inherited. */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "adopt.h"
#include "descriptors.h"
#include "mode.h"
#include "netdev.h"
#include "stock.h"

#define MAXIMUM_REMEMBERED 256

/* By inode: a number may be another socket's by now. */
static ino_t remembered[MAXIMUM_REMEMBERED];
static int remembered_count;
/* /proc was there, and all of them had room. */
static bool knows_inherited;

static int socket_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

static bool is_tunnel_socket(int fd)
{
    const int family = socket_option(fd, SO_DOMAIN);
    const int protocol = socket_option(fd, SO_PROTOCOL);

    return (family == AF_INET || family == AF_INET6) &&
           (protocol == IPPROTO_UDP || protocol == PROTOCOL_L2TP);
}

static void mark(int fd)
{
    if (fd >= 0 && is_tunnel_socket(fd)) {
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
    if (!is_tunnel_socket(fd)) {
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

/* A client's line of `info network` begins with, or has, fd=N. */
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
    NetClientState **clients = adopt_list_clients(&count);

    for (int i = 0; clients && i < count; i++) {
        if (stock_is(clients[i])) {
            mark(stock_descriptor(clients[i]));
        } else if (!client_info_is_ours(client_info_of(clients[i]))) {
            mark(described_descriptor(clients[i]));
        }
    }
    free(clients);
}

void descriptors_mark(void)
{
    const char *settings = mode_settings();

    if (!settings || !strstr(settings, "fd=")) {
        return;
    }
    mark_clients();
    if (knows_inherited) {
        for_each_descriptor(mark_if_new);
    }
}
