/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fd=N names a socket that QEMU has inherited. The data plane takes one without
 * FD_CLOEXEC for inherited, since QEMU sets that flag on what it opens. Not on
 * all of it: its l2tpv3 backend does not, and another netdev may have been
 * given an inherited socket by its number. So the shim sets the flag on:
 *
 *     preloaded   sockets that were not there before main: the constructor has
 *                 seen all that was inherited
 *     -plugin     comes when QEMU has opened a lot, and does without that
 *     both        sockets of net clients that are not ours: of a stock l2tpv3
 *                 netdev, and what a client's line of `info network` has as
 *                 fd=N (socket, dgram, stream)
 *
 * Only sockets that a netdev of ours could take are touched: UDP, and IP of
 * protocol 115. QEMU hands none of them to a program that it starts.
 */
#ifndef SHIM_DESCRIPTORS_H
#define SHIM_DESCRIPTORS_H

/* In the constructor, before QEMU opens anything. */
void descriptors_remember(void);

/* Before a netdev of ours looks at the descriptor that it is given. */
void descriptors_mark(void);

#endif /* SHIM_DESCRIPTORS_H */
