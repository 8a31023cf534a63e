/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tells the processor which memory will be written soon. .NET has no such hint.
 *
 * The guest has read its receive buffers, on another processor. The first write
 * to each of their lines has to take the line away from there, which takes as
 * long as two hundred instructions; and stores leave the processor one after
 * the other. Asked for some frames ahead, the lines come meanwhile, and several
 * at a time.
 *
 * A hint may name any address: nothing is read, nothing faults.
 */
#define EXPORT __attribute__((visibility("default")))

#ifdef __x86_64__
/* A processor that lacks PREFETCHW does nothing (Intel SDM, vol. 2). */
#define WITH_HINT __attribute__((target("prfchw")))
#else
#define WITH_HINT
#endif

#define LINE 64

EXPORT void l2tpv3_expect_write(const char *start);

/* The first two lines: a short frame with its header, or the begin of a long
 * one, whose other lines the processor foresees by itself. */
EXPORT WITH_HINT void l2tpv3_expect_write(const char *start)
{
    __builtin_prefetch(start, 1);
    __builtin_prefetch(start + LINE, 1);
}
