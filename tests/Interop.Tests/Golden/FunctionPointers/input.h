/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct client;
typedef ssize_t receive_function(struct client *, const uint8_t *, size_t);

struct callbacks {
    void *opaque;
    receive_function *receive;
    bool (*can_receive)(struct client *client);
    void (*set_name)(void *opaque, const char *name, int32_t length);
    void (*(*look_up)(const char *name))(int);
    struct callbacks *next;
};
