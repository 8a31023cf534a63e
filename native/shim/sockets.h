/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Questions about a descriptor of this process. */
#ifndef SHIM_SOCKETS_H
#define SHIM_SOCKETS_H

#include <stdbool.h>

/* RFC 3931, 4.1.1: L2TPv3 over IP. */
#define SOCKETS_PROTOCOL_L2TP 115

/* An option of SOL_SOCKET. -1: it is no socket, or lacks the option. */
int sockets_option(int fd, int option);

/* L2TPv3 could run on it: a socket of UDP, or of IP with protocol 115. */
bool sockets_fits_l2tp(int fd);

#endif /* SHIM_SOCKETS_H */
