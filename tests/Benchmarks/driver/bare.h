/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the plane is measured against: the same bytes, and nothing done to
 * them. */
#ifndef BARE_H
#define BARE_H

#include "driver.h"

void bare_open(void);

extern const struct subject bare;

#endif
