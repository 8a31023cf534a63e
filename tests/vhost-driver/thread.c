/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The loops of vd_receive_many and vd_transmit_many in threads of their own. */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "driver.h"

static uint64_t nanoseconds(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

uint64_t nanoseconds_now(void)
{
    return nanoseconds(CLOCK_MONOTONIC);
}

uint64_t nanoseconds_of_thread(void)
{
    return nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}

static void *run(void *argument)
{
    struct job *job = argument;

    if (job->queue == VD_RECEIVE) {
        job->result = vd_receive_many(job->driver, job->frames, job->timeout_ms,
                                      &job->figures);
    } else {
        job->result = vd_transmit_many(job->driver, job->bytes, job->size,
                                       job->lengths, job->count, job->frames,
                                       job->timeout_ms, &job->figures);
    }
    return NULL;
}

static int start(struct job *job)
{
    int error;

    error = pthread_create(&job->thread, NULL, run, job);
    job->started = !error;
    return -error;
}

int vd_receive_start(struct vhost_driver *driver, uint64_t frames,
                     uint32_t timeout_ms)
{
    struct job *job = &driver->jobs[VD_RECEIVE];

    if (job->started) {
        return -EBUSY;
    }
    job->driver = driver;
    job->queue = VD_RECEIVE;
    job->frames = frames;
    job->timeout_ms = timeout_ms;
    return start(job);
}

int vd_transmit_start(struct vhost_driver *driver, const void *bytes,
                      uint32_t size, const uint32_t *lengths, uint32_t count,
                      uint64_t frames, uint32_t timeout_ms)
{
    struct job *job = &driver->jobs[VD_TRANSMIT];
    int error;

    if (job->started) {
        return -EBUSY;
    }
    if (count > VD_MAXIMUM_PIECES) {
        return -EINVAL;
    }
    job->driver = driver;
    job->queue = VD_TRANSMIT;
    job->frames = frames;
    job->timeout_ms = timeout_ms;
    job->size = size;
    job->count = count;
    job->bytes = malloc(size);
    if (!job->bytes) {
        return -ENOMEM;
    }
    memcpy(job->bytes, bytes, size);
    if (count > 0) {
        memcpy(job->lengths, lengths, count * sizeof(*lengths));
    }
    error = start(job);
    if (error) {
        free(job->bytes);
    }
    return error;
}

bool is_canceled(struct vhost_driver *driver, uint32_t queue)
{
    return __atomic_load_n(&driver->jobs[queue].canceled, __ATOMIC_RELAXED);
}

void vd_cancel(struct vhost_driver *driver, uint32_t queue)
{
    if (queue < VD_MAXIMUM_QUEUES) {
        __atomic_store_n(&driver->jobs[queue].canceled, true, __ATOMIC_RELAXED);
    }
}

int vd_join(struct vhost_driver *driver, uint32_t queue,
            struct vd_figures *figures)
{
    struct job *job;

    if (queue >= VD_MAXIMUM_QUEUES || !driver->jobs[queue].started) {
        return -EINVAL;
    }
    job = &driver->jobs[queue];
    pthread_join(job->thread, NULL);
    job->started = false;
    job->canceled = false;
    if (queue == VD_TRANSMIT) {
        free(job->bytes);
    }
    if (figures) {
        *figures = job->figures;
    }
    return job->result;
}

void threads_end(struct vhost_driver *driver)
{
    for (uint32_t i = 0; i < VD_MAXIMUM_QUEUES; i++) {
        if (driver->jobs[i].started) {
            vd_cancel(driver, i);
            vd_join(driver, i, NULL);
        }
    }
}
