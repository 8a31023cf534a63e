/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <arpa/inet.h>
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "driver.h"

static struct sockaddr_in loopback(uint16_t port)
{
    return (struct sockaddr_in){
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
}

/* A UDP socket on a port that was free. */
static int open_socket(uint16_t *port)
{
    struct sockaddr_in address = loopback(0);
    socklen_t length = sizeof(address);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    EXPECT(fd >= 0);
    EXPECT(bind(fd, (struct sockaddr *)&address, length) == 0);
    EXPECT(getsockname(fd, (struct sockaddr *)&address, &length) == 0);
    *port = ntohs(address.sin_port);
    return fd;
}

void wire_open(struct wire *wire, const char *more)
{
    struct sockaddr_in peer;
    int reserved = open_socket(&wire->session_port);

    wire->fd = open_socket(&wire->port);
    close(reserved);
    peer = loopback(wire->session_port);
    EXPECT(connect(wire->fd, (struct sockaddr *)&peer, sizeof(peer)) == 0);
    snprintf(wire->options, sizeof(wire->options),
             "{\"id\": \"n0\", \"type\": \"l2tpv3\", \"udp\": true, "
             "\"src\": \"127.0.0.1\", \"dst\": \"127.0.0.1\", "
             "\"srcport\": \"%u\", \"dstport\": \"%u\", "
             "\"txsession\": 1, \"rxsession\": 2%s}",
             (unsigned int)wire->session_port, (unsigned int)wire->port, more);
}

void wire_close(struct wire *wire)
{
    close(wire->fd);
}

void wire_send(const struct wire *wire, const void *datagram, size_t size)
{
    EXPECT_NUMBER(send(wire->fd, datagram, size, 0), size);
}

ssize_t wire_receive(const struct wire *wire, void *datagram, size_t size)
{
    ssize_t received = recv(wire->fd, datagram, size, MSG_DONTWAIT);

    EXPECT(received >= 0 || errno == EAGAIN);
    return received;
}

/* Numerical Recipes' linear congruential generator, upper bits. */
uint32_t next_random(uint32_t *state)
{
    *state = *state * 1664525u + 1013904223u;
    return *state >> 8;
}

void fill_random(uint8_t *bytes, size_t size, uint32_t *state)
{
    for (size_t i = 0; i < size; i++) {
        bytes[i] = (uint8_t)next_random(state);
    }
}

int count_descriptors(void)
{
    DIR *folder = opendir("/proc/self/fd");
    int count = 0;

    EXPECT(folder);
    while (readdir(folder)) {
        count++;
    }
    closedir(folder);
    return count;
}

long resident_kib(void)
{
    FILE *file = fopen("/proc/self/statm", "re");
    long size = 0;
    long resident = 0;

    EXPECT(file && fscanf(file, "%ld %ld", &size, &resident) == 2);
    fclose(file);
    return resident * (sysconf(_SC_PAGESIZE) / 1024);
}
