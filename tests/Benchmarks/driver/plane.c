/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "plane.h"

#include <dlfcn.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/uio.h>
#include <unistd.h>

#include "l2tp_plane.h"
#include "sockets.h"
#include "traffic.h"

#define PATIENCE 5.0

/* A Linux guest's skb: the headers, then fragments from its socket's pages. */
#define GUEST_FRAGMENT 32768
#define PIECES (1 + (FRAME_SIZE + GUEST_FRAGMENT - 1) / GUEST_FRAGMENT)

#define FUNCTION(name) __typeof__(&l2tp_session_##name) name

static struct {
    FUNCTION(open);
    FUNCTION(close);
    FUNCTION(transmit_iov);
    FUNCTION(set_vnet_header_length);
    FUNCTION(set_offloads);
    FUNCTION(readable);
    FUNCTION(writable);
    FUNCTION(run);
    FUNCTION(timer);
} l2tp;

uint64_t delivered_frames;

static struct l2tp_session *session;
static struct iovec frames[FRAMES][PIECES];
static int frames_per_burst;
static int watched_fd;
static uint32_t watched;
static bool scheduled;
static double timer_due = -1;
static uint64_t delivered_payload;
static bool check_frames;
static char info[256];

static ssize_t deliver(void *opaque, uint8_t *frame, size_t size)
{
    (void)opaque;
    delivered_frames++;
    delivered_payload += size - VNET_HEADER - FRAME_HEADER;
    if (check_frames) {
        traffic_check_frame(frame, size);
    }
    return (ssize_t)size;
}

static uint32_t describe_guest(void *opaque)
{
    (void)opaque;
    return 0;
}

static void watch(void *opaque, int32_t fd, uint32_t interest)
{
    (void)opaque;
    watched_fd = fd;
    watched = interest;
}

static void schedule(void *opaque)
{
    (void)opaque;
    scheduled = true;
}

static void set_timer(void *opaque, int64_t delay_ms)
{
    (void)opaque;
    timer_due = delay_ms < 0 ? -1 : now() + (double)delay_ms / 1e3;
}

static void resume_guest(void *opaque)
{
    (void)opaque;
}

static void set_info(void *opaque, const char *text)
{
    (void)opaque;
    snprintf(info, sizeof(info), "%s", text);
}

static void report(void *opaque, int32_t severity, const char *text)
{
    (void)opaque;
    if (severity != L2TP_REPORT_INFO) {
        fprintf(stderr, "%s\n", text);
    }
}

static void *function(void *library, const char *name)
{
    void *address = dlsym(library, name);

    if (!address) {
        fail("%s", dlerror());
    }
    return address;
}

#define LOOK_UP(name)                                                          \
    (l2tp.name =                                                               \
         (__typeof__(l2tp.name))function(library, "l2tp_session_" #name))

static void load(const char *plugin)
{
    void *library = dlopen(plugin, RTLD_NOW);

    if (!library) {
        fail("%s", dlerror());
    }
    LOOK_UP(open);
    LOOK_UP(close);
    LOOK_UP(transmit_iov);
    LOOK_UP(set_vnet_header_length);
    LOOK_UP(set_offloads);
    LOOK_UP(readable);
    LOOK_UP(writable);
    LOOK_UP(run);
    LOOK_UP(timer);
}

static void make_frames(void)
{
    uint8_t *bytes = traffic_frames();

    for (int i = 0; i < FRAMES; i++) {
        size_t rest = FRAME_SIZE - FRAME_HEADER;

        frames[i][0] = (struct iovec){bytes, VNET_HEADER + FRAME_HEADER};
        bytes += VNET_HEADER + FRAME_HEADER;
        for (int piece = 1; piece < PIECES; piece++) {
            size_t size = rest < GUEST_FRAGMENT ? rest : GUEST_FRAGMENT;

            frames[i][piece] = (struct iovec){bytes, size};
            bytes += size;
            rest -= size;
        }
    }
}

void plane_open(const char *plugin, const char *settings, int burst)
{
    char options[512];
    char error[512];
    struct l2tp_session_config config = {
        .size = sizeof(config),
        .abi_version = L2TP_PLANE_ABI_VERSION,
        .options = options,
        .settings = settings,
        .host = {NULL, deliver, describe_guest, watch, schedule, set_timer,
                 resume_guest, set_info, report},
    };

    snprintf(options, sizeof(options),
             "{\"id\": \"n0\", \"type\": \"l2tpv3\", \"udp\": true,"
             " \"src\": \"127.0.0.1\", \"srcport\": \"%d\","
             " \"dst\": \"127.0.0.1\", \"dstport\": \"%d\","
             " \"txsession\": %u, \"rxsession\": %u}",
             PLANE_PORT, PEER_PORT_OF_PLANE, SESSION_ID, SESSION_ID);
    load(plugin);
    if (l2tp.open(&config, &session, error, sizeof(error))) {
        fail("%s", error);
    }
    l2tp.set_vnet_header_length(session, VNET_HEADER);
    l2tp.set_offloads(session, L2TP_OFFLOAD_CSUM | L2TP_OFFLOAD_TSO4 |
                                   L2TP_OFFLOAD_TSO6 | L2TP_OFFLOAD_ECN);
    make_frames();
    frames_per_burst = burst;
}

static void run_bottom_half(void)
{
    while (scheduled) {
        scheduled = false;
        l2tp.run(session);
    }
}

void plane_idle(void)
{
    run_bottom_half();
    if (timer_due >= 0 && now() >= timer_due) {
        timer_due = -1;
        l2tp.timer(session);
    }
}

/* The kernel took no more; QEMU's event loop would wait here, too. */
static void wait_for_room(void)
{
    struct pollfd room = {.fd = watched_fd, .events = POLLOUT};

    if (watched & L2TP_WATCH_WRITE) {
        poll(&room, 1, 10);
        l2tp.writable(session);
    } else {
        plane_idle();
    }
}

static void transmit(void)
{
    for (int i = 0; i < FRAMES; i++) {
        while (l2tp.transmit_iov(session, frames[i], PIECES) == 0) {
            wait_for_room();
        }
        if (i % frames_per_burst == frames_per_burst - 1) {
            run_bottom_half();
        }
    }
    run_bottom_half();
}

static void receive(void)
{
    uint64_t end = delivered_payload + CHUNK_PAYLOAD;
    unsigned turns = 0;

    while (delivered_payload < end) {
        if (scheduled) {
            run_bottom_half();
        } else if (watched & L2TP_WATCH_READ) {
            l2tp.readable(session);
        }
        if (++turns > 1000000) {
            fail("%llu bytes of a chunk were not delivered: %s",
                 (unsigned long long)(end - delivered_payload), plane_info());
        }
    }
}

void plane_check(bool checked)
{
    check_frames = checked;
}

const char *plane_info(void)
{
    double deadline = now() + PATIENCE;

    while (timer_due >= 0 && now() < deadline) {
        usleep(10000);
        plane_idle();
    }
    return info;
}

void plane_close(void)
{
    l2tp.close(session);
}

const struct subject plane = {"ours", transmit, receive};
