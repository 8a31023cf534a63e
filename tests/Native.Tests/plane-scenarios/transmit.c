/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Guest to wire. */
#include "driver.h"

#define HEADER_SIZE 8
#define MAXIMUM_PIECES 1024

static const uint8_t header[HEADER_SIZE] = {0, 3, 0, 0, 0, 0, 0, 1};

static void expect_on_wire(struct host *host, const struct wire *wire,
                           const uint8_t *frame, size_t size)
{
    static uint8_t datagram[65536];

    host_turn(host, 0);
    EXPECT_NUMBER(wire_receive(wire, datagram, sizeof(datagram)),
                  HEADER_SIZE + size);
    EXPECT(memcmp(datagram, header, HEADER_SIZE) == 0);
    EXPECT(memcmp(datagram + HEADER_SIZE, frame, size) == 0);
}

/* Cut a frame anyhow; each piece lies on the heap by itself, so that the
 * sanitizer sees a byte too many. */
static void cut(const uint8_t *frame, size_t size, struct iovec *pieces,
                size_t count, uint32_t *state)
{
    size_t at = 0;

    for (size_t i = 0; i < count; i++) {
        size_t left = size - at;
        /* A fair share on average, and often nothing. */
        size_t share = 2 * (left / (count - i)) + 1;
        size_t length =
            i + 1 == count ? left : next_random(state) % (share + 1);

        length = length > left ? left : length;
        pieces[i].iov_len = length;
        pieces[i].iov_base = length ? malloc(length) : NULL;
        if (length) {
            memcpy(pieces[i].iov_base, frame + at, length);
        }
        at += length;
    }
}

SCENARIO(a_frame_in_any_number_of_pieces_is_one_datagram)
{
    struct iovec pieces[MAXIMUM_PIECES];
    struct host host;
    struct wire wire;
    uint8_t frame[1514];
    uint32_t state = 1;

    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (size_t count = 1; count <= MAXIMUM_PIECES; count++) {
        fill_random(frame, sizeof(frame), &state);
        cut(frame, sizeof(frame), pieces, count, &state);
        EXPECT_NUMBER(
            l2tp_session_transmit_iov(host.session, pieces, (int32_t)count),
            sizeof(frame));
        for (size_t i = 0; i < count; i++) {
            free(pieces[i].iov_base);
        }
        expect_on_wire(&host, &wire, frame, sizeof(frame));
    }
    host_expect_info(&host, "frames tx 1024 rx 0, drops 0");
    host_close(&host);
    wire_close(&wire);
}

SCENARIO(frames_of_every_length_are_sent_or_counted)
{
    static uint8_t frame[65536];
    struct host host;
    struct wire wire;
    uint32_t state = 2;

    fill_random(frame, sizeof(frame), &state);
    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (size_t size = 1; size <= 1600; size++) {
        EXPECT_NUMBER(l2tp_session_transmit(host.session, frame, size), size);
        if (size >= 14) {
            expect_on_wire(&host, &wire, frame, size);
        }
    }
    EXPECT_NUMBER(l2tp_session_transmit(host.session, frame, 65000), 65000);
    expect_on_wire(&host, &wire, frame, 65000);
    /* Longer than any datagram. */
    EXPECT_NUMBER(l2tp_session_transmit(host.session, frame, 65530), 65530);
    EXPECT_NUMBER(l2tp_session_transmit(host.session, frame, 65536), 65536);
    host_expect_info(&host, "frames tx 1588 rx 0, drops 15 (");
    EXPECT(!strstr(host.info, "internal errors"));
    host_expect_report(
        &host, "1: l2tpv3 netdev 'n0': frames of the guest are dropped: ");
    host_close(&host);
    wire_close(&wire);
}

SCENARIO(what_waits_at_close_is_sent)
{
    struct host host;
    struct wire wire;
    uint8_t frame[60] = {1};
    uint8_t datagram[128];

    wire_open(&wire, "");
    host_open(&host, wire.options);
    EXPECT_NUMBER(l2tp_session_transmit(host.session, frame, sizeof(frame)),
                  60);
    EXPECT_NUMBER(wire_receive(&wire, datagram, sizeof(datagram)), -1);
    host_close(&host);
    EXPECT_NUMBER(wire_receive(&wire, datagram, sizeof(datagram)), 68);
    wire_close(&wire);
}
