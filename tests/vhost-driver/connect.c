/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who calls whom: the driver connects, or waits for the back end to do so. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "driver.h"

#define MILLISECOND 1000000u

/* The back end may still be starting. */
static bool may_come(int error)
{
    return error == ENOENT || error == ECONNREFUSED;
}

static bool write_address(struct sockaddr_un *address, const char *path)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof(address->sun_path)) {
        return false;
    }
    snprintf(address->sun_path, sizeof(address->sun_path), "%s", path);
    return true;
}

int vd_connect(struct vhost_driver *driver, const char *path)
{
    struct sockaddr_un address;
    const struct timespec pause = {.tv_nsec = 5 * MILLISECOND};
    uint64_t end =
        nanoseconds_now() + (uint64_t)driver->options.timeout_ms * MILLISECOND;
    int fd;
    int error;

    if (!write_address(&address, path)) {
        return -ENAMETOOLONG;
    }
    do {
        fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (fd < 0) {
            return -errno;
        }
        if (!connect(fd, (struct sockaddr *)&address, sizeof(address))) {
            return vd_connect_fd(driver, fd);
        }
        error = errno;
        close(fd);
        nanosleep(&pause, NULL);
    } while (may_come(error) && nanoseconds_now() < end);
    return -error;
}

int vd_connect_fd(struct vhost_driver *driver, int fd)
{
    vd_disconnect(driver);
    driver->socket = fd;
    return 0;
}

void vd_disconnect(struct vhost_driver *driver)
{
    if (driver->socket >= 0) {
        close(driver->socket);
        driver->socket = -1;
    }
}

int vd_listen(struct vhost_driver *driver, const char *path)
{
    struct sockaddr_un address;
    int fd;

    if (!write_address(&address, path)) {
        return -ENAMETOOLONG;
    }
    fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -errno;
    }
    if (bind(fd, (struct sockaddr *)&address, sizeof(address)) ||
        listen(fd, 1)) {
        int error = errno;

        close(fd);
        return -error;
    }
    listener_close(driver);
    driver->listener = fd;
    return 0;
}

int vd_accept(struct vhost_driver *driver, uint32_t timeout_ms)
{
    struct pollfd poller = {driver->listener, POLLIN, 0};
    int ready = poll(&poller, 1, (int)timeout_ms);
    int fd;

    if (ready <= 0) {
        return ready == 0 ? -ETIMEDOUT : -errno;
    }
    fd = accept4(driver->listener, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0) {
        return -errno;
    }
    return vd_connect_fd(driver, fd);
}

void listener_close(struct vhost_driver *driver)
{
    if (driver->listener >= 0) {
        close(driver->listener);
        driver->listener = -1;
    }
}
