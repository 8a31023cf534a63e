/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Datagrams that are not the peer's frames. Each is either delivered or
 * counted as a drop; the info line adds up.
 */
#include "driver.h"

#define FRAME_SIZE 60
#define MAXIMUM_HEADER 128
#define COOKIES ", \"txcookie\": 1, \"rxcookie\": "

/* One shape of the header: how it is asked for, and its bytes. */
struct shape {
    const char *options;
    size_t size;
    uint8_t header[MAXIMUM_HEADER];
    /* Bits in which a datagram may differ and still be the peer's: the x and
     * reserved bits of the first word (RFC 3931, 4.1.2.1), counter, offset. */
    uint8_t ignored[MAXIMUM_HEADER];
};

/* Flags and version, rxsession 2. */
#define COMMON 0, 3, 0, 0, 0, 0, 0, 2
#define COMMON_IGNORED 0x7f, 0xf0, 0xff, 0xff, 0, 0, 0, 0
static const struct shape shapes[] = {
    {"", 8, {COMMON}, {COMMON_IGNORED}},
    {COOKIES "2882343476",
     12,
     {COMMON, 0xab, 0xcd, 0x12, 0x34},
     {COMMON_IGNORED}},
    {COOKIES "1311768467463790320, \"cookie64\": true",
     16,
     {COMMON, 0x12, 0x34, 0x56, 0x78, 0x9a, 0xbc, 0xde, 0xf0},
     {COMMON_IGNORED}},
    {COOKIES "7, \"counter\": true, \"offset\": 5",
     21,
     {COMMON, 0, 0, 0, 7},
     {COMMON_IGNORED, 0, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 255}},
};
#define SHAPE_COUNT (sizeof(shapes) / sizeof(shapes[0]))

struct tally {
    struct host host;
    struct wire wire;
    unsigned long delivered;
    unsigned long dropped;
};

static void begin(struct tally *tally, const char *options)
{
    wire_open(&tally->wire, options);
    host_open(&tally->host, tally->wire.options);
    tally->delivered = 0;
    tally->dropped = 0;
}

/* One datagram; whether its frame reaches the guest must be as expected. */
static void judge(struct tally *tally, const uint8_t *datagram, size_t size,
                  bool delivered)
{
    tally->delivered += delivered;
    tally->dropped += !delivered;
    wire_send(&tally->wire, datagram, size);
    host_turn(&tally->host, 1000);
    EXPECT_NUMBER(tally->host.frames, tally->delivered);
}

static void end(struct tally *tally)
{
    char text[64];

    snprintf(text, sizeof(text), " rx %lu, drops %lu", tally->delivered,
             tally->dropped);
    host_expect_info(&tally->host, text);
    EXPECT(!strstr(tally->host.info, "internal errors"));
    if (tally->dropped != 0) {
        host_expect_report(&tally->host,
                           "1: l2tpv3 netdev 'n0': datagrams are dropped: ");
    } else {
        EXPECT_TEXT(tally->host.reports, "");
    }
    host_close(&tally->host);
    wire_close(&tally->wire);
}

static size_t build(const struct shape *shape, uint8_t *datagram,
                    uint32_t *state)
{
    memcpy(datagram, shape->header, shape->size);
    fill_random(datagram + shape->size, FRAME_SIZE, state);
    return shape->size + FRAME_SIZE;
}

SCENARIO(every_length_of_datagram_up_to_80_is_judged)
{
    static struct tally tally;
    uint32_t state = 1;

    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        uint8_t datagram[MAXIMUM_HEADER + FRAME_SIZE];

        begin(&tally, shapes[i].options);
        build(&shapes[i], datagram, &state);
        for (size_t size = 0; size <= 80; size++) {
            /* Ethernet's header at least (RFC 4719, 3.1). */
            judge(&tally, datagram, size, size >= shapes[i].size + 14);
        }
        end(&tally);
    }
}

SCENARIO(every_bit_of_the_header_is_judged)
{
    static struct tally tally;
    uint32_t state = 2;

    for (size_t i = 0; i < SHAPE_COUNT; i++) {
        begin(&tally, shapes[i].options);
        for (size_t bit = 0; bit < 8 * shapes[i].size; bit++) {
            uint8_t datagram[MAXIMUM_HEADER + FRAME_SIZE];
            const uint8_t mask = (uint8_t)(0x80 >> bit % 8);
            const size_t size = build(&shapes[i], datagram, &state);

            datagram[bit / 8] ^= mask;
            judge(&tally, datagram, size, shapes[i].ignored[bit / 8] & mask);
            EXPECT(tally.host.frames == 0 ||
                   tally.host.last_size == FRAME_SIZE);
        }
        end(&tally);
    }
}

SCENARIO(random_datagrams_are_never_delivered)
{
    static struct tally tally;
    uint32_t state = 3;

    begin(&tally, shapes[2].options);
    for (int i = 0; i < 5000; i++) {
        uint8_t datagram[300];
        size_t size = next_random(&state) % sizeof(datagram);

        fill_random(datagram, size, &state);
        /* Every other one begins well. */
        if (i % 2 == 0 && size >= 8) {
            memcpy(datagram, shapes[2].header, 8);
        }
        judge(&tally, datagram, size, false);
    }
    end(&tally);
}

SCENARIO(the_longest_datagram_arrives_whole)
{
    static uint8_t datagram[65507];
    static struct tally tally;
    uint32_t state = 4;

    fill_random(datagram, sizeof(datagram), &state);
    memcpy(datagram, shapes[0].header, shapes[0].size);
    begin(&tally, shapes[0].options);
    judge(&tally, datagram, sizeof(datagram), true);
    EXPECT_NUMBER(tally.host.last_size, sizeof(datagram) - shapes[0].size);
    EXPECT(memcmp(tally.host.last, datagram + shapes[0].size,
                  tally.host.last_size) == 0);
    end(&tally);
}

SCENARIO(a_guest_that_is_full_loses_nothing)
{
    static struct tally tally;
    struct host *host = &tally.host;
    uint8_t datagram[MAXIMUM_HEADER + FRAME_SIZE];
    uint32_t state = 5;

    begin(&tally, shapes[0].options);
    host->room = 3;
    for (uint8_t i = 0; i < 10; i++) {
        const size_t size = build(&shapes[0], datagram, &state);

        datagram[shapes[0].size] = i;
        wire_send(&tally.wire, datagram, size);
    }
    host_turn(host, 1000);
    host_turn(host, 0);
    EXPECT_NUMBER(host->frames, 3);
    /* The fourth was offered and queued; nothing is read meanwhile. */
    EXPECT_NUMBER(host->last[0], 3);
    EXPECT_NUMBER(host->interest, 0);
    host->room = -1;
    l2tp_session_delivered(host->session, FRAME_SIZE);
    host_turn(host, 0);
    EXPECT_NUMBER(host->frames, 3 + 6);
    EXPECT_NUMBER(host->last[0], 9);
    EXPECT_NUMBER(host->interest, L2TP_WATCH_READ);
    tally.delivered = 10;
    end(&tally);
}
