/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A .NET runtime that cannot start aborts the process, which may be a VM that
 * has run for a year. So the shim first tries what the runtime will need, and
 * says what is missing:
 *
 *     runtime_start --> membarrier, or a locked page
 *                   --> address space, a part of it writable
 *                   --> a thread, while that address space is held
 *                   --> give everything back, and start the runtime
 *
 * The shim cannot reserve anything for the runtime. Another thread of QEMU may
 * take what was given back, so the sizes have a margin.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <linux/membarrier.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "environment.h"
#include "l2tp_plane.h"
#include "runtime.h"

#define MIB ((size_t)1 << 20)
/* A thread is gone within microseconds. After this many waits of 0.1 ms, start
 * the runtime all the same. */
#define THREAD_END_WAITS 1000

static bool has_membarrier(void)
{
    long commands = syscall(SYS_membarrier, MEMBARRIER_CMD_QUERY, 0, 0);

    return commands > 0 && (commands & MEMBARRIER_CMD_PRIVATE_EXPEDITED) &&
           syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0,
                   0) == 0;
}

/* Without membarrier(2), the runtime locks a page and changes its protection.
 */
static bool can_lock_page(void)
{
    size_t size = (size_t)sysconf(_SC_PAGESIZE);
    void *page = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool locked;

    if (page == MAP_FAILED) {
        return false;
    }
    locked = mlock(page, size) == 0;
    munmap(page, size);
    return locked;
}

static bool try_barrier(char *reason, size_t size)
{
    if (has_membarrier() || can_lock_page()) {
        return true;
    }
    snprintf(reason, size,
             "the .NET runtime cannot start here: it needs membarrier(2), "
             "which is denied, or a page of locked memory; allow membarrier "
             "in the seccomp profile, or raise the limit of locked memory "
             "(ulimit -l, LimitMEMLOCK=)");
    return false;
}

static void say_address_space(char *reason, size_t size, int error)
{
    if (error == EAGAIN) {
        snprintf(reason, size,
                 "the .NET runtime cannot start here: it needs %d MiB of "
                 "address space, but QEMU locks all its memory and has reached "
                 "the limit; raise the limit of locked memory "
                 "(ulimit -l, LimitMEMLOCK=)",
                 RUNTIME_ADDRESS_SPACE_MIB);
        return;
    }
    snprintf(reason, size,
             "the .NET runtime cannot start here: it needs %d MiB of address "
             "space and the stack of a thread, more than QEMU may have; raise "
             "the limit (ulimit -v, LimitAS=)",
             RUNTIME_ADDRESS_SPACE_MIB);
}

static void say_writable(char *reason, size_t size)
{
    snprintf(reason, size,
             "the .NET runtime cannot start here: it needs %d MiB of memory "
             "and the stack of a thread, more than QEMU may have; raise the "
             "limit (ulimit -d, LimitDATA=; with vm.overcommit_memory=2, the "
             "limit of the host)",
             RUNTIME_WRITABLE_MIB);
}

static void *tell_id(void *id)
{
    *(long *)id = syscall(SYS_gettid);
    return NULL;
}

/* pthread_join returns while the kernel still counts the thread. If its cgroup
 * has room for one thread only, the runtime would not get its own. */
static void wait_for_end(long id)
{
    static const struct timespec pause = {.tv_nsec = 100000};

    for (int i = 0; i < THREAD_END_WAITS; i++) {
        if (syscall(SYS_tgkill, getpid(), id, 0) < 0) {
            return;
        }
        nanosleep(&pause, NULL);
    }
}

/* The thread must not take a signal that is meant for one of QEMU's. */
static int create_thread(pthread_t *thread, long *id)
{
    sigset_t all;
    sigset_t before;
    int error;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    error = pthread_create(thread, NULL, tell_id, id);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return error;
}

static bool try_thread(char *reason, size_t size)
{
    pthread_t thread;
    long id = 0;
    int error = create_thread(&thread, &id);

    if (error != 0) {
        snprintf(
            reason, size,
            "the .NET runtime cannot start here: it needs a thread, but QEMU "
            "may have no more (%s); raise the limit of threads (pids.max of "
            "the cgroup, TasksMax=, ulimit -u) or of memory (ulimit -v, -d)",
            strerror(error));
        return false;
    }
    pthread_join(thread, NULL);
    wait_for_end(id);
    return true;
}

/* Locked and writable memory as the runtime has it: no MAP_NORESERVE. */
static bool try_memory(char *reason, size_t size)
{
    size_t length = RUNTIME_ADDRESS_SPACE_MIB * MIB;
    void *range =
        mmap(NULL, length, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    bool fits = false;

    if (range == MAP_FAILED) {
        say_address_space(reason, size, errno);
        return false;
    }
    if (mprotect(range, RUNTIME_WRITABLE_MIB * MIB, PROT_READ | PROT_WRITE) <
        0) {
        say_writable(reason, size);
    } else {
        fits = try_thread(reason, size);
    }
    munmap(range, length);
    return fits;
}

static bool start_hidden(char *reason, size_t size)
{
    if (!environment_hide()) {
        snprintf(reason, size, "out of memory");
        return false;
    }
    l2tp_plane_start();
    environment_restore();
    return true;
}

bool runtime_start(char *reason, size_t size)
{
    static bool started;

    if (!started) {
        started = try_barrier(reason, size) && try_memory(reason, size) &&
                  start_hidden(reason, size);
    }
    return started;
}
