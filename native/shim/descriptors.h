/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells sockets that QEMU inherited from those that it opened.
 *
 * The setting fd=N names an inherited socket. The data plane takes a socket
 * without FD_CLOEXEC for inherited, because QEMU sets that flag on what it
 * opens. But not always: its own l2tpv3 backend does not, and another netdev
 * may use an inherited socket. So the shim sets the flag on
 *
 *     preloaded   each socket that was not there before main, when the
 *                 constructor saw all that was inherited
 *     both        each socket of a net client that is not ours: of a stock
 *                 l2tpv3 netdev, and the fd=N in a client's line of
 *                 `info network` (socket, dgram, stream)
 *
 * With -plugin the shim is loaded when QEMU has already opened a lot, and does
 * without the first.
 *
 * The shim touches only sockets that a netdev of ours could use. QEMU passes
 * none of them to a program that it starts.
 */
#ifndef SHIM_DESCRIPTORS_H
#define SHIM_DESCRIPTORS_H

/* In the constructor, before QEMU opens anything. */
void descriptors_remember(void);

/* Before a netdev of ours looks at the descriptor that it was given. */
void descriptors_mark(void);

#endif /* SHIM_DESCRIPTORS_H */
