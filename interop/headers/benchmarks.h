/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <errno.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <linux/if_packet.h>
