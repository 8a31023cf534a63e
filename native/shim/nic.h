/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Notices that a netdev has another NIC. The first NIC may have set the length
 * of the vnet header, and nobody resets it when that NIC goes. Its successor
 * may know nothing of vnet headers: every frame it sends or receives would be
 * shifted by one.
 */
#ifndef SHIM_NIC_H
#define SHIM_NIC_H

#include "netdev.h"

/* The present NIC sets the length of the vnet header. */
void nic_remember(struct netdev *netdev);

/* If the NIC that set the length is gone: reset length and offloads. */
void nic_forget_old(struct netdev *netdev);

#endif /* SHIM_NIC_H */
