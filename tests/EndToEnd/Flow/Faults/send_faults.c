/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded in front of the plugin: makes sendmmsg fail or send less, as the
 * test tells it through a mapped file. Errors that a kernel reports once in a
 * blue moon come when asked for.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>

struct plan {
    /* Calls that shall fail from now on; negative: all. */
    int32_t failures;
    /* With this errno. */
    int32_t error;
    /* Messages that one call sends at most; 0: no limit. */
    int32_t limit;
    /* Calls so far. */
    int32_t calls;
};

static volatile struct plan *plan;

static void __attribute__((constructor)) map_plan(void)
{
    const char *path = getenv("SEND_FAULTS");
    int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;

    if (fd >= 0) {
        void *map = mmap(NULL, sizeof(*plan), PROT_READ | PROT_WRITE,
                         MAP_SHARED, fd, 0);
        plan = map == MAP_FAILED ? NULL : map;
    }
}

int sendmmsg(int fd, struct mmsghdr *messages, unsigned int count, int flags)
{
    static int (*next)(int, struct mmsghdr *, unsigned int, int);

    if (!next) {
        *(void **)&next = dlsym(RTLD_NEXT, "sendmmsg");
    }
    /* No descriptor, no datagram: that asks whether the call may be made. */
    if (!plan || fd < 0) {
        return next(fd, messages, count, flags);
    }
    plan->calls++;
    if (plan->failures != 0) {
        plan->failures -= plan->failures > 0;
        errno = plan->error;
        return -1;
    }
    if (plan->limit > 0 && count > (unsigned int)plan->limit) {
        count = (unsigned int)plan->limit;
    }
    return next(fd, messages, count, flags);
}
