/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The bytes of the bench: one chunk, as frames with a vnet header and as the
 * datagrams that the same frames are on the wire.
 *
 *     16 frames of 65,226 bytes: Ethernet, IPv4, TCP with timestamps, and the
 *     45 segments of 1448 bytes that Linux makes of a bulk sender's 64 KiB
 *         = 720 datagrams of 1522 bytes: UDP-L2TPv3 header without cookie,
 *           1514 bytes of Ethernet
 *         = 16 messages of 43 datagrams, the most that fit into one UDP
 *           datagram's 65,507 bytes, and one of 32
 *
 * Four TCP connections take turns, a frame each. The payload is a function of
 * connection and sequence number, so that either end can check it alone.
 */
#ifndef TRAFFIC_H
#define TRAFFIC_H

#include "driver.h"

#define VNET_HEADER 12
#define FRAME_HEADER (14 + 20 + 32)
#define SEGMENT 1448
#define SEGMENTS_PER_FRAME 45
#define FRAMES 16
#define CONNECTIONS 4

#define FRAME_SIZE (FRAME_HEADER + SEGMENTS_PER_FRAME * SEGMENT)

#define TUNNEL_HEADER 8
#define DATAGRAM_SIZE (TUNNEL_HEADER + FRAME_HEADER + SEGMENT)
#define DATAGRAMS (FRAMES * SEGMENTS_PER_FRAME)
#define DATAGRAMS_PER_MESSAGE (65507 / DATAGRAM_SIZE)
#define MESSAGES                                                               \
    ((DATAGRAMS + DATAGRAMS_PER_MESSAGE - 1) / DATAGRAMS_PER_MESSAGE)

#define CHUNK_BYTES ((uint64_t)DATAGRAMS * DATAGRAM_SIZE)
#define CHUNK_PAYLOAD ((uint64_t)DATAGRAMS * SEGMENT)

/* Both ends say the same to each other: one session id. */
#define SESSION_ID 0x12345678u

/* FRAMES times VNET_HEADER + FRAME_SIZE bytes: NEEDS_CSUM, TCPV4, 1448. */
uint8_t *traffic_frames(void);

/* DATAGRAMS times DATAGRAM_SIZE bytes, one behind the other. */
uint8_t *traffic_datagrams(void);

/* How many datagrams message number index has. */
int traffic_message_datagrams(int index);

/* Fails unless this is one of the datagrams, checksums included. */
void traffic_check_datagram(const uint8_t *datagram, size_t size);

/* Fails unless a guest that takes TSO can take this frame, and its bytes are
 * those that were sent. Returns how many bytes of TCP payload it has. */
size_t traffic_check_frame(const uint8_t *frame, size_t size);

#endif
