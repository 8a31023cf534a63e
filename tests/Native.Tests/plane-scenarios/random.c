/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Any frames, datagrams and calls, in any order, for the library as it is
 * published. tests/Fuzz.Tests holds the same code against models; what must
 * hold here is that nothing is read outside of what the guest has handed over
 * (guard pages, for the library is not instrumented) and that nothing throws.
 */
#include <sys/mman.h>

#include "driver.h"

#define PIECES 48
#define PIECE_SIZE 16384
#define GUARD 4096
#define FRAME_SIZE 70000
#define CALLS 30000

/* | no access | piece | no access |, one behind the other. */
static uint8_t *map_pieces(void)
{
    const size_t size = PIECES * (PIECE_SIZE + GUARD) + GUARD;
    uint8_t *map =
        mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    EXPECT(map != MAP_FAILED);
    for (size_t i = 0; i < PIECES; i++) {
        EXPECT(mprotect(map + GUARD + i * (PIECE_SIZE + GUARD), PIECE_SIZE,
                        PROT_READ | PROT_WRITE) == 0);
    }
    return map + GUARD;
}

/* TCP over IPv4 behind a vnet header that asks for segments; then some of it
 * is changed. */
static size_t make_frame(uint8_t *frame, size_t header, uint32_t *state)
{
    static const uint8_t packet[] = {
        2, 0, 0, 0, 0, 2, 2, 0, 0,  0, 0,    1,    8,  0, 0x45, 0, 0, 0,
        0, 0, 0, 0, 9, 6, 0, 0, 10, 0, 0,    1,    10, 0, 0,    2, 4, 0,
        5, 0, 0, 0, 0, 1, 0, 0, 0,  2, 0x50, 0x18, 1,  0, 0,    0, 0, 0,
    };
    const uint8_t vnet[] = {1, 1, 54, 0, 0xa8, 5, 34, 0, 16, 0};
    size_t size = header + sizeof(packet);

    size += next_random(state) % (next_random(state) % 8 ? 3000 : 66000);
    fill_random(frame, size, state);
    memcpy(frame, vnet, header < sizeof(vnet) ? header : sizeof(vnet));
    memcpy(frame + header, packet, sizeof(packet));
    for (uint32_t i = next_random(state) % 4; i > 0; i--) {
        frame[next_random(state) % 80] = (uint8_t)next_random(state);
    }
    return next_random(state) % 16 ? size : next_random(state) % 90;
}

static void transmit(struct host *host, uint8_t *memory, size_t header,
                     uint32_t *state)
{
    static uint8_t frame[FRAME_SIZE];
    const size_t size = make_frame(frame, header, state);
    struct iovec pieces[PIECES];
    int32_t count = 0;

    for (size_t at = 0; at < size && count < PIECES; count++) {
        uint8_t *place = memory + (size_t)count * (PIECE_SIZE + GUARD);
        size_t length =
            next_random(state) % 3 ? next_random(state) % 64 : PIECE_SIZE;

        length = length > size - at ? size - at : length;
        place += next_random(state) % 2 ? PIECE_SIZE - length : 0;
        memcpy(place, frame + at, length);
        pieces[count] = (struct iovec){place, length};
        at += length;
    }
    l2tp_session_transmit_iov(host->session, pieces, count);
    if (next_random(state) % 16 == 0) {
        l2tp_session_transmit_raw(host->session, memory, PIECE_SIZE);
    }
}

static void receive(const struct wire *wire, uint32_t *state)
{
    static const uint8_t header[] = {0, 3, 0, 0, 0, 0, 0, 2};
    static uint8_t datagram[FRAME_SIZE];
    const size_t size = next_random(state) % 3000;

    make_frame(datagram + sizeof(header), 0, state);
    memcpy(datagram, header, sizeof(header));
    if (next_random(state) % 4 == 0) {
        datagram[next_random(state) % 60] ^= (uint8_t)next_random(state);
    }
    wire_send(wire, datagram, size);
}

static void call(struct host *host, size_t *header, uint32_t *state)
{
    static const uint8_t lengths[] = {0, 10, 12, 20, 24};

    switch (next_random(state) % 8) {
    case 0:
        *header = lengths[next_random(state) % sizeof(lengths)];
        l2tp_session_set_vnet_header_length(host->session, (int32_t)*header);
        break;
    case 1:
        l2tp_session_set_offloads(host->session, next_random(state) % 512);
        break;
    case 2:
        l2tp_session_set_link(host->session, next_random(state) % 4 != 0);
        break;
    case 3:
        host->room = (int)(next_random(state) % 20);
        break;
    case 4:
        l2tp_session_writable(host->session);
        l2tp_session_timer(host->session);
        break;
    default:
        host->room = -1;
        l2tp_session_delivered(host->session, next_random(state) % 2);
        break;
    }
}

SCENARIO(random_frames_datagrams_and_calls_do_no_harm)
{
    static struct host host;
    static uint8_t datagram[65536];
    struct wire wire;
    uint8_t *memory = map_pieces();
    uint32_t state = 6;
    size_t header = 0;

    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (int i = 0; i < CALLS; i++) {
        switch (next_random(&state) % 6) {
        case 0:
            receive(&wire, &state);
            break;
        case 1:
            call(&host, &header, &state);
            break;
        case 2:
            host_turn(&host, 0);
            while (wire_receive(&wire, datagram, sizeof(datagram)) >= 0) {
            }
            break;
        default:
            transmit(&host, memory, header, &state);
            break;
        }
    }
    host.room = -1;
    l2tp_session_delivered(host.session, 0);
    host_expect_info(&host, "frames tx ");
    EXPECT(!strstr(host.info, "internal errors"));
    EXPECT(host.frames > CALLS / 100);
    host_close(&host);
    wire_close(&wire);
}
