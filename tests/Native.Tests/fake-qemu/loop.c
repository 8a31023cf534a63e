/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The event loop: bottom halves, then descriptors, then timers. */
#include <poll.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

#define MAXIMUM_HANDLERS 256

struct fd_handler {
    int fd;
    handler *read;
    handler *write;
    void *opaque;
};

struct QEMUBH {
    QEMUBH *next;
    handler *run;
    void *opaque;
    bool scheduled;
    bool deleted;
};

static struct fd_handler handlers[MAXIMUM_HANDLERS];
static int handler_count;
static QEMUBH *bottom_halves;

static struct fd_handler *find(int fd)
{
    for (int i = 0; i < handler_count; i++) {
        if (handlers[i].fd == fd) {
            return &handlers[i];
        }
    }
    return NULL;
}

void qemu_set_fd_handler(int fd, handler *read, handler *write, void *opaque)
{
    struct fd_handler *entry = find(fd);

    if (!read && !write) {
        if (entry) {
            *entry = handlers[--handler_count];
        }
        return;
    }
    if (!entry) {
        FAKE_CHECK(handler_count < MAXIMUM_HANDLERS);
        entry = &handlers[handler_count++];
    }
    *entry = (struct fd_handler){fd, read, write, opaque};
}

QEMUBH *qemu_bh_new_full(handler *run, void *opaque, const char *name,
                         void *guard)
{
    QEMUBH *bh = calloc(1, sizeof(*bh));

    FAKE_CHECK(bh && name);
    /* QEMU follows it when the bottom half runs. */
    FAKE_CHECK(!guard);
    bh->run = run;
    bh->opaque = opaque;
    bh->next = bottom_halves;
    bottom_halves = bh;
    return bh;
}

void qemu_bh_schedule(QEMUBH *bh)
{
    FAKE_CHECK(!bh->deleted);
    bh->scheduled = true;
}

/* Freed by the loop: a bottom half may delete itself. */
void qemu_bh_delete(QEMUBH *bh)
{
    FAKE_CHECK(!bh->deleted);
    bh->deleted = true;
    bh->scheduled = false;
}

static void free_deleted(void)
{
    QEMUBH **link = &bottom_halves;

    while (*link) {
        QEMUBH *bh = *link;

        if (bh->deleted) {
            *link = bh->next;
            free(bh);
        } else {
            link = &bh->next;
        }
    }
}

/* What a bottom half schedules runs in the next turn. */
static bool run_bottom_halves(void)
{
    QEMUBH *due[MAXIMUM_HANDLERS];
    int count = 0;

    for (QEMUBH *bh = bottom_halves; bh; bh = bh->next) {
        if (bh->scheduled && count < MAXIMUM_HANDLERS) {
            bh->scheduled = false;
            due[count++] = bh;
        }
    }
    for (int i = 0; i < count; i++) {
        if (!due[i]->deleted) {
            due[i]->run(due[i]->opaque);
        }
    }
    free_deleted();
    return count > 0;
}

static void run_handler(const struct pollfd *polled)
{
    const struct fd_handler *entry = find(polled->fd);

    FAKE_CHECK(!(polled->revents & POLLNVAL));
    if (entry && entry->read &&
        (polled->revents & (POLLIN | POLLERR | POLLHUP))) {
        entry->read(entry->opaque);
    }
    entry = find(polled->fd);
    if (entry && entry->write && (polled->revents & (POLLOUT | POLLERR))) {
        entry->write(entry->opaque);
    }
}

void fake_loop_turn(int timeout_ms)
{
    struct pollfd polled[MAXIMUM_HANDLERS];
    int count = handler_count;
    bool busy = run_bottom_halves();

    count = handler_count;
    for (int i = 0; i < count; i++) {
        polled[i].fd = handlers[i].fd;
        polled[i].events = (short)((handlers[i].read ? POLLIN : 0) |
                                   (handlers[i].write ? POLLOUT : 0));
        polled[i].revents = 0;
    }
    FAKE_CHECK(poll(polled, (nfds_t)count, busy ? 0 : timeout_ms) >= 0);
    for (int i = 0; i < count; i++) {
        if (polled[i].revents) {
            run_handler(&polled[i]);
        }
    }
    clock_run_timers();
}

int fake_handler_count(void)
{
    return handler_count;
}

int fake_bottom_half_count(void)
{
    int count = 0;

    free_deleted();
    for (QEMUBH *bh = bottom_halves; bh; bh = bh->next) {
        count++;
    }
    return count;
}
