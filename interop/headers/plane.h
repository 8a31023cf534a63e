/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <l2tp_plane.h>
