/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <poll.h>
#include <time.h>

#include "driver.h"

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static ssize_t deliver(void *opaque, uint8_t *frame, size_t size)
{
    struct host *host = opaque;

    EXPECT(size <= sizeof(host->last));
    memcpy(host->last, frame, size);
    host->last_size = size;
    /* A NIC may write into it. */
    memset(frame, 0xee, size < 14 ? size : 14);
    if (host->room == 0) {
        return 0;
    }
    if (host->room > 0) {
        host->room--;
    }
    host->frames++;
    return (ssize_t)size;
}

static uint32_t describe_guest(void *opaque)
{
    return ((struct host *)opaque)->pads ? L2TP_GUEST_PADS : 0;
}

static void watch(void *opaque, int32_t fd, uint32_t interest)
{
    struct host *host = opaque;

    host->fd = fd;
    host->interest = interest;
}

static void schedule(void *opaque)
{
    ((struct host *)opaque)->scheduled = true;
}

static void set_timer(void *opaque, int64_t delay_ms)
{
    ((struct host *)opaque)->timer_at = delay_ms < 0 ? -1 : now_ms() + delay_ms;
}

static void resume_guest(void *opaque)
{
    ((struct host *)opaque)->resumed++;
}

static void set_info(void *opaque, const char *text)
{
    struct host *host = opaque;

    EXPECT(strlen(text) < sizeof(host->info));
    strcpy(host->info, text);
}

static void report(void *opaque, int32_t severity, const char *text)
{
    struct host *host = opaque;
    size_t used = strlen(host->reports);

    EXPECT(!strchr(text, '\n'));
    snprintf(host->reports + used, sizeof(host->reports) - used, "%d: %s\n",
             severity, text);
}

struct l2tp_session_config host_config(struct host *host, const char *options)
{
    const struct l2tp_session_config config = {
        .size = sizeof(config),
        .abi_version = L2TP_PLANE_ABI_VERSION,
        .options = options,
        .host =
            {
                .opaque = host,
                .deliver = deliver,
                .describe_guest = describe_guest,
                .watch = watch,
                .schedule = schedule,
                .set_timer = set_timer,
                .resume_guest = resume_guest,
                .set_info = set_info,
                .report = report,
            },
    };

    *host = (struct host){.fd = -1, .timer_at = -1, .room = -1};
    return config;
}

void host_open(struct host *host, const char *options)
{
    const struct l2tp_session_config config = host_config(host, options);

    if (l2tp_session_open(&config, &host->session, host->error,
                          sizeof(host->error)) != 0) {
        scenario_fail(__FILE__, __LINE__, host->error);
    }
    EXPECT(host->session);
    EXPECT_NUMBER(host->interest, L2TP_WATCH_READ);
}

void host_close(struct host *host)
{
    l2tp_session_close(host->session);
    EXPECT_NUMBER(host->interest, 0);
    EXPECT_NUMBER(host->timer_at, -1);
}

void host_turn(struct host *host, int timeout_ms)
{
    struct pollfd polled = {
        .fd = host->interest ? host->fd : -1,
        .events = (short)((host->interest & L2TP_WATCH_READ ? POLLIN : 0) |
                          (host->interest & L2TP_WATCH_WRITE ? POLLOUT : 0)),
    };

    if (host->scheduled) {
        host->scheduled = false;
        l2tp_session_run(host->session);
    }
    poll(&polled, 1, timeout_ms);
    if (polled.revents & (POLLIN | POLLERR)) {
        l2tp_session_readable(host->session);
    }
    if (polled.revents & POLLOUT) {
        l2tp_session_writable(host->session);
    }
    if (host->timer_at >= 0 && now_ms() >= host->timer_at) {
        host->timer_at = -1;
        l2tp_session_timer(host->session);
    }
}

void host_expect_report(const struct host *host, const char *text)
{
    if (strncmp(host->reports, text, strlen(text)) != 0 ||
        strchr(host->reports, '\n') != strrchr(host->reports, '\n')) {
        scenario_text(__FILE__, __LINE__, "reports", host->reports, text);
    }
}

void host_expect_info(struct host *host, const char *text)
{
    const int64_t end = now_ms() + 10000;

    while (!strstr(host->info, text) && now_ms() < end) {
        host_turn(host, 20);
    }
    if (!strstr(host->info, text)) {
        scenario_text(__FILE__, __LINE__, "info", host->info, text);
    }
}
