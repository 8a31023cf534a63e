/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <netinet/in.h>
#include <sys/socket.h>

#include "sockets.h"

int sockets_option(int fd, int option)
{
    int value = -1;
    socklen_t size = sizeof(value);

    return getsockopt(fd, SOL_SOCKET, option, &value, &size) < 0 ? -1 : value;
}

bool sockets_fits_l2tp(int fd)
{
    const int family = sockets_option(fd, SO_DOMAIN);
    const int protocol = sockets_option(fd, SO_PROTOCOL);

    return (family == AF_INET || family == AF_INET6) &&
           (protocol == IPPROTO_UDP || protocol == SOCKETS_PROTOCOL_L2TP);
}
