/* SPDX-License-Identifier: GPL-2.0-or-later */
#define _GNU_SOURCE
#include "peer.h"

#include <linux/futex.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sockets.h"
#include "traffic.h"

#define PATIENCE 5.0
#define PATIENT_TURNS 100

enum action { NOTHING, SINK, SEND };

/* Written by one side each: requests here, answers there. */
struct shared {
    /* Counts requests; the peer sleeps on it. */
    _Atomic uint32_t request;
    enum action action;
    enum peer_socket socket;
    bool checked;

    _Alignas(64) _Atomic uint32_t answer;
    _Atomic uint64_t received;
};

static struct shared *shared;
static pid_t peer;

static void sink(int fd, struct slots *slots, uint32_t request)
{
    uint64_t received = 0;
    unsigned idle = 0;

    while (receive_some(fd, slots, false) > 0) {
        /* The rest of an earlier run. */
    }
    atomic_store(&shared->received, 0);
    atomic_store(&shared->answer, request);
    while (atomic_load(&shared->request) == request) {
        size_t bytes = receive_some(fd, slots, shared->checked);

        if (bytes > 0) {
            idle = 0;
            received += bytes;
            atomic_store(&shared->received, received);
        } else if (++idle > PATIENT_TURNS) {
            /* The sender waits for its CPU: do not keep this one. */
            sched_yield();
        }
    }
}

static _Noreturn void peer_main(int cpu)
{
    int sockets[] = {
        [PEER_OF_PLANE] = open_socket(PEER_PORT_OF_PLANE, PLANE_PORT),
        [PEER_OF_BARE] = open_socket(PEER_PORT_OF_BARE, BARE_PORT),
    };
    struct slots *slots = make_slots();
    uint8_t *datagrams = traffic_datagrams();

    run_on_cpu(cpu);
    for (uint32_t done = 0;; done++) {
        while (atomic_load(&shared->request) == done) {
            syscall(SYS_futex, &shared->request, FUTEX_WAIT, done, NULL);
        }
        switch (shared->action) {
        case SINK:
            sink(sockets[shared->socket], slots, done + 1);
            break;
        case SEND:
            send_chunk(sockets[shared->socket], datagrams);
            break;
        case NOTHING:
            break;
        }
        atomic_store(&shared->answer, done + 1);
    }
}

/* Another program may have the peer's CPU: spin a little, then let go. */
static void relax(double deadline)
{
    if (waitpid(peer, NULL, WNOHANG) != 0) {
        fail("the peer is gone");
    }
    if (now() > deadline) {
        fail("the peer got %llu bytes and waits for more",
             (unsigned long long)atomic_load(&shared->received));
    }
    sched_yield();
}

static void ask(enum action action, enum peer_socket socket, bool checked)
{
    double deadline = now() + PATIENCE;
    uint32_t request = atomic_load(&shared->request) + 1;

    shared->action = action;
    shared->socket = socket;
    shared->checked = checked;
    atomic_store(&shared->request, request);
    syscall(SYS_futex, &shared->request, FUTEX_WAKE, 1);
    while (atomic_load(&shared->answer) != request) {
        relax(deadline);
    }
}

void peer_start(int cpu)
{
    shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
                  MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        fail("no shared memory");
    }
    peer = (pid_t)check(fork(), "fork");
    if (peer == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        peer_main(cpu);
    }
    ask(NOTHING, PEER_OF_PLANE, false);
}

void peer_end(void)
{
    kill(peer, SIGKILL);
    waitpid(peer, NULL, 0);
}

void peer_start_sink(enum peer_socket socket, bool checked)
{
    ask(SINK, socket, checked);
}

void peer_stop_sink(void)
{
    ask(NOTHING, PEER_OF_PLANE, false);
}

void peer_await(uint64_t bytes)
{
    double deadline = now() + PATIENCE;

    while (atomic_load(&shared->received) < bytes) {
        relax(deadline);
    }
}

void peer_send_chunk(enum peer_socket socket)
{
    ask(SEND, socket, false);
}
