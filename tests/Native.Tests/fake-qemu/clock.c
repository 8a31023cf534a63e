/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The clock, which a test may push, and the timers on it. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "internal.h"

#define CLOCK_COUNT 4
#define NS_PER_MS 1000000

/* As large as QEMU's: 0x30 bytes in 7.2, 10.0 and 11.1. */
struct timer {
    int64_t expire_time;
    void *list;
    handler *run;
    void *opaque;
    struct timer *next;
    int attributes;
    int scale;
};
_Static_assert(sizeof(struct timer) == 0x30, "QEMUTimer");

static struct timer *armed;
static int64_t skew_ns;
static int timer_count;
static char list_of_clock;

int64_t qemu_clock_get_ns(int clock)
{
    struct timespec now;

    FAKE_CHECK(clock >= 0 && clock < CLOCK_COUNT);
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000000000LL + now.tv_nsec + skew_ns;
}

void timer_init_full(void *timer, void *group, int clock, int scale,
                     int attributes, handler *run, void *opaque)
{
    struct timer *t = timer;

    FAKE_CHECK(!group && clock == 0 && scale == NS_PER_MS);
    *t = (struct timer){-1,   &list_of_clock, run,  opaque,
                        NULL, attributes,     scale};
    timer_count++;
}

void timer_del(void *timer)
{
    struct timer *t = timer;

    FAKE_CHECK(t->list == &list_of_clock);
    t->expire_time = -1;
    for (struct timer **link = &armed; *link; link = &(*link)->next) {
        if (*link == t) {
            *link = t->next;
            return;
        }
    }
}

void timer_mod(void *timer, int64_t expire_time)
{
    struct timer *t = timer;

    timer_del(t);
    t->expire_time = expire_time * t->scale;
    t->next = armed;
    armed = t;
}

void timer_deinit(void *timer)
{
    struct timer *t = timer;

    FAKE_CHECK(t->expire_time == -1);
    FAKE_CHECK(t->list == &list_of_clock);
    t->list = NULL;
    timer_count--;
}

/* Runs what is due; a timer may arm itself again, for the next turn. */
int64_t clock_run_timers(void)
{
    int64_t now = qemu_clock_get_ns(0);
    int64_t ran = 0;
    bool found = true;

    while (found) {
        found = false;
        for (struct timer *t = armed; t; t = t->next) {
            if (t->expire_time <= now) {
                timer_del(t);
                t->run(t->opaque);
                ran++;
                found = true;
                break;
            }
        }
    }
    return ran;
}

void fake_clock_advance(int64_t ms)
{
    skew_ns += ms * NS_PER_MS;
}

int fake_timer_count(void)
{
    return timer_count;
}
