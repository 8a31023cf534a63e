/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A guest's program that means no good (packet(7), virtio 1.2 section 5.1.6):
 *
 *     hostile headers IFACE SEED COUNT      virtio-net headers at random
 *     hostile flood IFACE SIZE SECONDS      frames of one size, as fast as it
 *                                           goes
 *     hostile cut IFACE GSO_SIZE SECONDS    TCP frames of 64 KiB that are to be
 *                                           cut into pieces of that size
 *
 * The kernel of the guest refuses the headers that it can tell to be nonsense;
 * the rest go to the NIC as they are, or cut into segments if its driver does
 * not take them. What the NIC was given, its own counters tell; here is said
 * what the kernel took and what not.
 *
 * scripts/guest-image compiles it into the guest.
 */
#define _GNU_SOURCE
#include <linux/if_packet.h>
#include <linux/virtio_net.h>
#include <net/ethernet.h>
#include <net/if.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

/* Linux 6.2; the headers of Debian 12 are older. */
#define GSO_UDP_L4 5

/* Ethernet, IPv4, TCP, and 65,400 bytes for it to carry. */
#define LARGE_FRAME (14 + 20 + 20 + 65400)

/* A ring of such frames; setsockopt(2) doubles it for what the kernel adds. */
#define LARGE_SEND_BUFFER (256 * LARGE_FRAME)

#define MAXIMUM_FRAME 65550
#define BURST 64

static uint8_t frame[MAXIMUM_FRAME];
static uint64_t state;

/* xorshift64*: the same frames for the same seed, on any libc. */
static uint32_t any(void)
{
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545f4914f6cdd1dull) >> 32);
}

static uint32_t below(uint32_t limit)
{
    return any() % limit;
}

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static int packet_socket(const char *interface, int vnet_header)
{
    struct sockaddr_ll address = {.sll_family = AF_PACKET};
    int fd = socket(AF_PACKET, SOCK_RAW, 0);

    address.sll_ifindex = (int)if_nametoindex(interface);
    if (fd < 0 || !address.sll_ifindex) {
        die(interface);
    }
    if (setsockopt(fd, SOL_PACKET, PACKET_VNET_HDR, &vnet_header,
                   sizeof(vnet_header)) < 0 ||
        bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        die("packet socket");
    }
    return fd;
}

static void put16(uint8_t *at, uint32_t value)
{
    at[0] = (uint8_t)(value >> 8);
    at[1] = (uint8_t)value;
}

/* Ethernet to nobody; an ethertype that IP is under, most of the time. */
static size_t make_ethernet(int ipv6)
{
    static const uint8_t addresses[12] = {2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2};
    size_t at = sizeof(addresses);

    memcpy(frame, addresses, sizeof(addresses));
    if (below(8) == 0) {
        put16(frame + at, ETHERTYPE_VLAN);
        at += 4;
    }
    put16(frame + at, ipv6 ? ETHERTYPE_IPV6 : ETHERTYPE_IP);
    return at + 2;
}

/* Returns where TCP or UDP begins. */
static size_t make_ip(size_t at, size_t size, int ipv6, uint8_t protocol)
{
    uint8_t *ip = frame + at;

    if (ipv6) {
        ip[0] = 0x60;
        put16(ip + 4, (uint32_t)(size - at - 40));
        ip[6] = protocol;
        return at + 40;
    }
    ip[0] = 0x45;
    put16(ip + 2, (uint32_t)(size - at));
    put16(ip + 6, below(8) ? 0x4000 : any());
    ip[9] = protocol;
    return at + 20;
}

/* A frame that may mean something, and where its checksum begins. */
static size_t make_frame(size_t size)
{
    int ipv6 = (int)below(2);
    uint8_t protocol = below(2) ? 6 : 17;
    size_t transport;

    for (size_t i = 0; i < size; i += 4) {
        uint32_t bytes = any();

        memcpy(frame + i, &bytes, size - i < 4 ? size - i : 4);
    }
    if (size < 120 || below(8) == 0) {
        return below((uint32_t)size);
    }
    transport = make_ip(make_ethernet(ipv6), size, ipv6, protocol);
    if (protocol == 6) {
        frame[transport + 12] = (uint8_t)(below(4) ? 0x50 : any());
    } else {
        put16(frame + transport + 4, (uint32_t)(size - transport));
    }
    return transport;
}

static size_t any_size(void)
{
    switch (below(4)) {
    case 0:
        return 14 + below(60);
    case 1:
        return 14 + below(1500);
    case 2:
        return 1500 + below(8000);
    default:
        return 14 + below(MAXIMUM_FRAME - 14);
    }
}

static uint16_t any_number(void)
{
    static const uint16_t edges[] = {0, 1, 2, 14, 34, 536, 1448, 65535};

    return below(2) ? edges[below(8)] : (uint16_t)any();
}

/* Right in most of its fields, or in none. */
static struct virtio_net_hdr make_header(size_t transport)
{
    static const uint8_t types[] = {
        VIRTIO_NET_HDR_GSO_NONE,
        VIRTIO_NET_HDR_GSO_TCPV4,
        VIRTIO_NET_HDR_GSO_UDP,
        VIRTIO_NET_HDR_GSO_TCPV6,
        GSO_UDP_L4,
        VIRTIO_NET_HDR_GSO_TCPV4 | VIRTIO_NET_HDR_GSO_ECN,
    };
    struct virtio_net_hdr header = {
        .flags = (uint8_t)(below(4) ? VIRTIO_NET_HDR_F_NEEDS_CSUM : any()),
        .gso_type = below(8) ? types[below(sizeof(types))] : (uint8_t)any(),
        .hdr_len = below(2) ? (uint16_t)(transport + 20) : any_number(),
        .gso_size = below(2) ? (uint16_t)(500 + below(1000)) : any_number(),
        .csum_start = below(4) ? (uint16_t)transport : any_number(),
    };

    header.csum_offset =
        below(4) ? (uint16_t)(below(2) ? 16 : 6) : any_number();
    return header;
}

/*
 * A send that waits for room holds its device, and Linux 6.1 frees what is in
 * a virtio ring only when the device is free: the driver would never go. So
 * nothing waits in a send.
 */
static void wait_for_room(int fd)
{
    struct pollfd entry = {.fd = fd, .events = POLLOUT};

    poll(&entry, 1, 10);
}

static int send_headers(const char *interface, uint64_t seed, long count)
{
    int fd = packet_socket(interface, 1);
    long taken = 0;

    state = seed * 2 + 1;
    for (long i = 0; i < count; i++) {
        size_t size = any_size();
        struct virtio_net_hdr header = make_header(make_frame(size));
        struct iovec parts[] = {{&header, sizeof(header)}, {frame, size}};

        struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};

        wait_for_room(fd);
        taken += sendmsg(fd, &message, MSG_DONTWAIT) > 0;
    }
    printf("taken %ld refused %ld\n", taken, count - taken);
    return EXIT_SUCCESS;
}

static double now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + 1e-9 * (double)time.tv_nsec;
}

/* As many at once as the send buffer holds. */
static int flood(const char *interface, size_t size, double seconds)
{
    int fd = packet_socket(interface, 0);
    const double end = now() + seconds;
    struct iovec part = {frame, size};
    struct mmsghdr messages[BURST];
    long taken = 0;
    long refused = 0;

    memset(messages, 0, sizeof(messages));
    for (int i = 0; i < BURST; i++) {
        messages[i].msg_hdr.msg_iov = &part;
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    make_ethernet(0);
    while (now() < end) {
        int sent = sendmmsg(fd, messages, BURST, MSG_DONTWAIT);

        if (sent > 0) {
            taken += sent;
        } else {
            refused++;
            wait_for_room(fd);
        }
    }
    printf("taken %ld refused %ld\n", taken, refused);
    return EXIT_SUCCESS;
}

/* So many at once that the ring is full of them. */
static int cut(const char *interface, uint16_t gso_size, double seconds)
{
    const int send_buffer = LARGE_SEND_BUFFER;
    const double end = now() + seconds;
    int fd = packet_socket(interface, 1);
    size_t transport;
    struct virtio_net_hdr header = {
        .flags = VIRTIO_NET_HDR_F_NEEDS_CSUM,
        .gso_type = VIRTIO_NET_HDR_GSO_TCPV4,
        .gso_size = gso_size,
        .csum_offset = 16,
    };
    struct iovec parts[] = {{&header, sizeof(header)}, {frame, LARGE_FRAME}};
    struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
    long taken = 0;
    long refused = 0;

    if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &send_buffer,
                   sizeof(send_buffer)) < 0) {
        die("SO_SNDBUFFORCE");
    }
    memset(frame, 2, 12);
    put16(frame + 12, ETHERTYPE_IP);
    transport = make_ip(14, LARGE_FRAME, 0, 6);
    frame[transport + 12] = 0x50;
    header.hdr_len = (uint16_t)(transport + 20);
    header.csum_start = (uint16_t)transport;
    while (now() < end) {
        if (sendmsg(fd, &message, MSG_DONTWAIT) > 0) {
            taken++;
        } else {
            refused++;
            wait_for_room(fd);
        }
    }
    printf("taken %ld refused %ld\n", taken, refused);
    return EXIT_SUCCESS;
}

int main(int argc, char **argv)
{
    if (argc == 5 && strcmp(argv[1], "headers") == 0) {
        return send_headers(argv[2], strtoull(argv[3], NULL, 10),
                            atol(argv[4]));
    }
    if (argc == 5 && strcmp(argv[1], "flood") == 0 &&
        strtoull(argv[3], NULL, 10) <= MAXIMUM_FRAME) {
        return flood(argv[2], strtoull(argv[3], NULL, 10), atof(argv[4]));
    }
    if (argc == 5 && strcmp(argv[1], "cut") == 0) {
        return cut(argv[2], (uint16_t)atoi(argv[3]), atof(argv[4]));
    }
    fprintf(stderr, "hostile headers IFACE SEED COUNT | "
                    "flood IFACE SIZE SECONDS | cut IFACE GSO_SIZE SECONDS\n");
    return EXIT_FAILURE;
}
