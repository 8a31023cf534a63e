/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <linux/if_ether.h>
#include <linux/virtio_net.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <netinet/tcp.h>
#include <string.h>

#include "traffic.h"

#define IP_OFFSET 14
#define TCP_OFFSET (IP_OFFSET + 20)
#define TCP_HEADER (FRAME_HEADER - TCP_OFFSET)
#define FIRST_PORT 40000

static uint8_t payload_byte(unsigned connection, uint32_t sequence)
{
    return (uint8_t)((sequence * 2654435761u) >> 24) ^ (uint8_t)connection;
}

static uint32_t sum(const uint8_t *bytes, size_t size, uint32_t start)
{
    for (size_t i = 0; i < size; i++) {
        start += i % 2 ? bytes[i] : (uint32_t)bytes[i] << 8;
    }
    while (start >> 16) {
        start = (start & 0xffff) + (start >> 16);
    }
    return start;
}

/* The sum of the pseudo header (RFC 9293, 3.1) for so many bytes of TCP. */
static uint32_t pseudo_sum(const uint8_t *frame, size_t tcp_size)
{
    return sum(frame + IP_OFFSET + 12, 8, IPPROTO_TCP + (uint32_t)tcp_size);
}

/* Everything but the TCP checksum, for payload bytes 0..size of the frame. */
static void write_frame(uint8_t *frame, unsigned number, uint32_t segment,
                        size_t size)
{
    unsigned connection = number % CONNECTIONS;
    uint32_t sequence =
        number / CONNECTIONS * SEGMENTS_PER_FRAME * SEGMENT + segment * SEGMENT;
    uint32_t segments = number / CONNECTIONS * SEGMENTS_PER_FRAME + segment;
    struct ethhdr ethernet = {{2, 0, 0, 0, 0, 2}, {2, 0, 0, 0, 0, 1}, 0};
    struct iphdr ip = {.version = 4, .ihl = 5, .ttl = 64};
    struct tcphdr tcp = {.doff = TCP_HEADER / 4, .ack = 1};
    static const uint8_t timestamps[] = {1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 7};

    ethernet.h_proto = htons(ETH_P_IP);
    ip.tot_len = htons((uint16_t)(FRAME_HEADER - IP_OFFSET + size));
    ip.id = htons((uint16_t)(connection * 1000 + segments));
    ip.frag_off = htons(IP_DF);
    ip.protocol = IPPROTO_TCP;
    ip.saddr = htonl(0x0a090001);
    ip.daddr = htonl(0x0a090002);
    tcp.source = htons((uint16_t)(FIRST_PORT + connection));
    tcp.dest = htons(5201);
    tcp.seq = htonl(sequence);
    tcp.ack_seq = htonl(1);
    tcp.window = htons(512);

    memcpy(frame, &ethernet, sizeof(ethernet));
    memcpy(frame + IP_OFFSET, &ip, sizeof(ip));
    ip.check = htons((uint16_t)~sum(frame + IP_OFFSET, sizeof(ip), 0));
    memcpy(frame + IP_OFFSET, &ip, sizeof(ip));
    memcpy(frame + TCP_OFFSET, &tcp, sizeof(tcp));
    memcpy(frame + TCP_OFFSET + sizeof(tcp), timestamps, sizeof(timestamps));
    for (size_t i = 0; i < size; i++) {
        frame[FRAME_HEADER + i] =
            payload_byte(connection, sequence + (uint32_t)i);
    }
}

static void set_tcp_checksum(uint8_t *frame, uint32_t value)
{
    uint16_t field = htons((uint16_t)value);

    memcpy(frame + TCP_OFFSET + offsetof(struct tcphdr, check), &field, 2);
}

uint8_t *traffic_frames(void)
{
    uint8_t *frames = allocate(FRAMES * (VNET_HEADER + FRAME_SIZE));
    struct virtio_net_hdr_v1 vnet = {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
        .hdr_len = FRAME_HEADER,
        .gso_size = SEGMENT,
        .csum_start = TCP_OFFSET,
        .csum_offset = offsetof(struct tcphdr, check),
    };

    for (unsigned i = 0; i < FRAMES; i++) {
        uint8_t *start = frames + i * (VNET_HEADER + FRAME_SIZE);
        uint8_t *frame = start + VNET_HEADER;

        memcpy(start, &vnet, VNET_HEADER);
        write_frame(frame, i, 0, SEGMENTS_PER_FRAME * SEGMENT);
        set_tcp_checksum(frame, pseudo_sum(frame, FRAME_SIZE - TCP_OFFSET));
    }
    return frames;
}

uint8_t *traffic_datagrams(void)
{
    uint8_t *datagrams = allocate(CHUNK_BYTES);
    /* RFC 3931, 4.1.2.1: version 3, a data message; then the session id. */
    uint32_t tunnel[2] = {htonl(0x00030000), htonl(SESSION_ID)};

    for (unsigned i = 0; i < DATAGRAMS; i++) {
        uint8_t *start = datagrams + i * DATAGRAM_SIZE;
        uint8_t *frame = start + TUNNEL_HEADER;
        size_t tcp_size = TCP_HEADER + SEGMENT;

        memcpy(start, tunnel, sizeof(tunnel));
        write_frame(frame, i / SEGMENTS_PER_FRAME, i % SEGMENTS_PER_FRAME,
                    SEGMENT);
        set_tcp_checksum(frame, ~sum(frame + TCP_OFFSET, tcp_size,
                                     pseudo_sum(frame, tcp_size)));
    }
    return datagrams;
}

int traffic_message_datagrams(int index)
{
    int rest = DATAGRAMS - index * DATAGRAMS_PER_MESSAGE;

    return rest < DATAGRAMS_PER_MESSAGE ? rest : DATAGRAMS_PER_MESSAGE;
}

/* The TCP payload, after the headers of a frame of this size were checked. */
static size_t check_bytes(const uint8_t *frame, size_t size)
{
    struct iphdr ip;
    struct tcphdr tcp;

    if (size < FRAME_HEADER) {
        fail("a frame of %zu bytes", size);
    }
    memcpy(&ip, frame + IP_OFFSET, sizeof(ip));
    memcpy(&tcp, frame + TCP_OFFSET, sizeof(tcp));
    if (ntohs(ip.tot_len) != size - IP_OFFSET ||
        sum(frame + IP_OFFSET, sizeof(ip), 0) != 0xffff) {
        fail("a wrong IPv4 header in a frame of %zu bytes", size);
    }
    for (size_t i = 0; i < size - FRAME_HEADER; i++) {
        if (frame[FRAME_HEADER + i] !=
            payload_byte(ntohs(tcp.source) - (unsigned)FIRST_PORT,
                         ntohl(tcp.seq) + (uint32_t)i)) {
            fail("a wrong byte %zu in a frame of %zu bytes", i, size);
        }
    }
    return size - FRAME_HEADER;
}

static bool has_tcp_sum(const uint8_t *frame, size_t size)
{
    size_t tcp_size = size - TCP_OFFSET;

    return sum(frame + TCP_OFFSET, tcp_size, pseudo_sum(frame, tcp_size)) ==
           0xffff;
}

void traffic_check_datagram(const uint8_t *datagram, size_t size)
{
    uint32_t tunnel[2];

    if (size != DATAGRAM_SIZE) {
        fail("a datagram of %zu bytes", size);
    }
    memcpy(tunnel, datagram, sizeof(tunnel));
    if (ntohl(tunnel[0]) != 0x00030000 || ntohl(tunnel[1]) != SESSION_ID) {
        fail("a wrong L2TPv3 header");
    }
    datagram += TUNNEL_HEADER;
    size -= TUNNEL_HEADER;
    check_bytes(datagram, size);
    if (!has_tcp_sum(datagram, size)) {
        fail("a datagram with a wrong TCP checksum");
    }
}

size_t traffic_check_frame(const uint8_t *frame, size_t size)
{
    struct virtio_net_hdr_v1 vnet;
    size_t payload;
    uint16_t checksum;

    memcpy(&vnet, frame, VNET_HEADER);
    frame += VNET_HEADER;
    size -= VNET_HEADER;
    payload = check_bytes(frame, size);
    memcpy(&checksum, frame + TCP_OFFSET + offsetof(struct tcphdr, check), 2);
    if (vnet.flags & VIRTIO_NET_HDR_F_NEEDS_CSUM) {
        if (vnet.csum_start != TCP_OFFSET ||
            ntohs(checksum) != pseudo_sum(frame, size - TCP_OFFSET)) {
            fail("a frame whose checksum cannot be completed");
        }
    } else if (!has_tcp_sum(frame, size)) {
        fail("a frame with a wrong TCP checksum");
    }
    if (payload > SEGMENT && (vnet.gso_type != VIRTIO_NET_HDR_GSO_TCPV4 ||
                              vnet.gso_size != SEGMENT)) {
        fail("a large frame that is not marked as one");
    }
    return payload;
}
