/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A front-end may truncate the file of its memory while we use the mapping.
 * The next access raises SIGBUS, whose default is the end of the process. So
 * every mapping of a file that somebody else owns is registered here. The
 * handler lays zeroed memory over the whole mapping, marks it, and returns; the
 * access is made again and finds zeros. Whoever owns the mapping looks at the
 * mark at the end of each turn, and ends the connection.
 *
 * The whole mapping and not one page: a page of hugetlbfs cannot be replaced in
 * part.
 *
 * The handler reads the table while others may change it, but SIGBUS comes from
 * an access of the thread itself, to a mapping that is registered for as long
 * as it is used. A slot is taken by compare and exchange; its start is written
 * last, and cleared first.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#define EXPORT __attribute__((visibility("default")))
#define SLOTS 1024

struct slot {
    atomic_bool taken;
    atomic_uintptr_t start;
    size_t size;
    atomic_bool hit;
};

static struct slot slots[SLOTS];
static atomic_uint hits;
static pthread_once_t installed = PTHREAD_ONCE_INIT;
static struct sigaction before;

EXPORT int l2tpv3_guard_add(void *start, size_t size);
EXPORT int l2tpv3_guard_is_hit(int slot);
EXPORT void l2tpv3_guard_remove(int slot);
EXPORT unsigned l2tpv3_guard_hits(void);

static struct slot *find(uintptr_t address)
{
    for (int i = 0; i < SLOTS; i++) {
        uintptr_t start = atomic_load(&slots[i].start);

        if (start != 0 && address >= start && address - start < slots[i].size) {
            return &slots[i];
        }
    }
    return NULL;
}

/* mmap(2) is a bare system call here, and so fit for a signal handler. */
static bool cover(struct slot *slot)
{
    void *start = (void *)atomic_load(&slot->start);

    return mmap(start, slot->size, PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1,
                0) == start;
}

static void on_bus_error(int number, siginfo_t *info, void *context)
{
    int saved = errno;
    struct slot *slot = find((uintptr_t)info->si_addr);

    if (slot && cover(slot)) {
        atomic_store(&slot->hit, true);
        atomic_fetch_add(&hits, 1);
    } else if (before.sa_flags & SA_SIGINFO) {
        before.sa_sigaction(number, info, context);
    } else {
        /* The access is made again, and ends the process. */
        sigaction(number, &before, NULL);
    }
    errno = saved;
}

static void install(void)
{
    struct sigaction action;

    memset(&action, 0, sizeof(action));
    action.sa_sigaction = on_bus_error;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigemptyset(&action.sa_mask);
    sigaction(SIGBUS, &action, &before);
}

/* Guards a mapping. Returns its slot, or -1 when all are taken. */
int l2tpv3_guard_add(void *start, size_t size)
{
    pthread_once(&installed, install);
    for (int i = 0; i < SLOTS; i++) {
        bool expected = false;

        if (atomic_compare_exchange_strong(&slots[i].taken, &expected, true)) {
            slots[i].size = size;
            atomic_store(&slots[i].hit, false);
            atomic_store(&slots[i].start, (uintptr_t)start);
            return i;
        }
    }
    return -1;
}

/* 1 when an access to the mapping has failed; from then on it is zeros. */
int l2tpv3_guard_is_hit(int slot)
{
    return atomic_load(&slots[slot].hit) ? 1 : 0;
}

/* Before the mapping goes. */
void l2tpv3_guard_remove(int slot)
{
    atomic_store(&slots[slot].start, 0);
    atomic_store(&slots[slot].taken, false);
}

/* How often an access has failed, to any mapping: one look for all of them. */
unsigned l2tpv3_guard_hits(void)
{
    return atomic_load(&hits);
}
