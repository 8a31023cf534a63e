/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What grows shows in numbers: a frame that allocates brings garbage
 * collections, which the info line would name; a leak shows in resident
 * memory. Run without sanitizers, which keep freed memory on purpose.
 */
#define _GNU_SOURCE
#include <malloc.h>
#include <sys/socket.h>

#include "driver.h"

#define FRAMES 1000000u
#define BURST 32u
/* Noise of the C library and the kernel's accounting. */
#define ALLOWED_KIB 512

static void expect_quiet(struct host *host, const char *frames)
{
    host_expect_info(host, frames);
    EXPECT(!strstr(host->info, "garbage collections"));
    EXPECT(!strstr(host->info, "internal errors"));
    EXPECT(!strstr(host->info, "send errors"));
    EXPECT_TEXT(host->reports, "");
}

SCENARIO(a_million_frames_to_the_wire_leave_no_trace, .plain = true)
{
    struct host host;
    struct wire wire;
    uint8_t frame[60] = {1};
    long resident = 0;

    /* Nobody reads: the kernel throws away what the buffer does not hold. */
    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (unsigned int i = 0; i < FRAMES; i += BURST) {
        for (unsigned int j = 0; j < BURST; j++) {
            EXPECT(l2tp_session_transmit(host.session, frame, 60) == 60);
        }
        host_turn(&host, 0);
        if (i == FRAMES / 10) {
            resident = resident_kib();
        }
    }
    EXPECT(resident_kib() - resident < ALLOWED_KIB);
    expect_quiet(&host, "frames tx 1000000 rx 0, drops 0");
    host_close(&host);
    wire_close(&wire);
}

SCENARIO(a_million_frames_to_the_guest_leave_no_trace, .plain = true)
{
    static uint8_t datagram[68] = {0, 3, 0, 0, 0, 0, 0, 2};
    struct iovec piece = {datagram, sizeof(datagram)};
    struct mmsghdr messages[BURST];
    struct host host;
    struct wire wire;
    long resident = 0;

    memset(messages, 0, sizeof(messages));
    for (unsigned int i = 0; i < BURST; i++) {
        messages[i].msg_hdr.msg_iov = &piece;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (unsigned int i = 0; i < FRAMES; i += BURST) {
        EXPECT(sendmmsg(wire.fd, messages, BURST, 0) == BURST);
        host_turn(&host, 0);
        if (i == FRAMES / 10) {
            resident = resident_kib();
        }
    }
    EXPECT_NUMBER(host.frames, FRAMES);
    EXPECT(resident_kib() - resident < ALLOWED_KIB);
    expect_quiet(&host, "frames tx 0 rx 1000000, drops 0");
    host_close(&host);
    wire_close(&wire);
}

static void thousand_sessions(void)
{
    for (int i = 0; i < 1000; i++) {
        struct host host;
        struct wire wire;
        uint8_t frame[60] = {1};

        wire_open(&wire, "");
        host_open(&host, wire.options);
        EXPECT(l2tp_session_transmit(host.session, frame, 60) == 60);
        host_close(&host);
        wire_close(&wire);
    }
}

SCENARIO(a_thousand_sessions_leave_no_trace, .plain = true)
{
    struct mallinfo2 native;
    int descriptors;
    long resident;

    /* Sessions are managed objects: the first thousand fill the collector's
     * nursery, and it begins anew. */
    thousand_sessions();
    descriptors = count_descriptors();
    resident = resident_kib();
    native = mallinfo2();
    thousand_sessions();
    EXPECT_NUMBER(count_descriptors(), descriptors);
    EXPECT_NUMBER(mallinfo2().hblkhd, native.hblkhd);
    EXPECT(mallinfo2().uordblks < native.uordblks + 4096);
    EXPECT(resident_kib() - resident < ALLOWED_KIB);
}
