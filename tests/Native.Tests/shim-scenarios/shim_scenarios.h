/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The scenarios of the shim between the fake QEMU and the fake plane. */
#ifndef SHIM_SCENARIOS_H
#define SHIM_SCENARIOS_H

#include "fake_plane.h"
#include "fake_qemu.h"
#include "scenario.h"

/* What the fakes export as QEMU; only the NIC's side is needed here. */
#include "internal.h"

/* A netdev that must come about, on a log that is empty afterwards. */
NetClientState *add_netdev(const char *id);

#endif /* SHIM_SCENARIOS_H */
