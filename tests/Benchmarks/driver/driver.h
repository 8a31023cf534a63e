/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What every file of the offload driver needs. Begin reading in main.c. */
#ifndef DRIVER_H
#define DRIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Ends the driver: a bench that has seen something unexpected has no result. */
_Noreturn void fail(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

/* A system call that must succeed, with its name for the message. */
long check(long result, const char *name);

/* Memory that is there: every page written once. */
void *allocate(size_t size);

void run_on_cpu(int cpu);

double now(void);

/* sendmmsg, recvmmsg and their like that this process has made (calls.c). */
extern uint64_t socket_calls;

/* One end of the bench. A chunk is what traffic.h says, and is measured. */
struct subject {
    const char *name;
    /* Send a chunk to the peer. */
    void (*transmit)(void);
    /* Take a chunk that the peer has sent. */
    void (*receive)(void);
};

/* Frames that were handed to the guest by the subject's receive. */
extern uint64_t delivered_frames;

#endif
