/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The offload path alone: the plugin's data plane without QEMU, as a share of
 * what the kernel gives a bare loop.
 *
 *     CPU 1: this process                           CPU 0: the peer
 *     plane: 64 KiB TCP frames, vnet header  ====>  recvmmsg, UDP_GRO
 *     bare:  sendmsg, UDP_SEGMENT            ====>
 *     plane: frames to a callback            <====  sendmsg, UDP_SEGMENT
 *     bare:  recvmmsg, UDP_GRO               <====
 *
 * Work is done in chunks (traffic.h) and only they are timed. On transmit, the
 * sink must have all of a chunk before the next one begins; on receive, all of
 * a chunk is in the socket before it is taken. So nothing is ever lost,
 * nobody's waiting is measured, and it does not matter who is faster. Plane and
 * bare loop take turns, many times a second, so that a machine that slows down
 * slows both.
 *
 * Wall time is that of the median chunk: a chunk in which another program had
 * the CPU does not count. CPU time is that of all chunks.
 *
 * Prints one JSON object a line for each direction and subject.
 */
#define _GNU_SOURCE
#include <getopt.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "bare.h"
#include "peer.h"
#include "plane.h"
#include "traffic.h"

#define MAXIMUM_CHUNKS (1 << 20)
#define TURN_SECONDS 0.03
/* Where both CPUs are busy with other programs, the two sides seldom run at the
 * same time; then fewer chunks must do. Times the seconds of a measurement. */
#define LONGEST 6

struct options {
    const char *plugin;
    const char *settings;
    bool transmit;
    bool receive;
    bool bare;
    double seconds;
    int burst;
    int cpu;
    int peer_cpu;
};

struct tally {
    const struct subject *subject;
    enum peer_socket peer;
    size_t chunks;
    uint64_t calls;
    uint64_t frames;
    double cpu;
    double wall;
    double *walls;
};

_Noreturn void fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs("driver: ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(1);
}

long check(long result, const char *name)
{
    if (result < 0) {
        fail("%s: %m", name);
    }
    return result;
}

void *allocate(size_t size)
{
    void *memory = aligned_alloc(4096, (size + 4095) / 4096 * 4096);

    if (!memory) {
        fail("no memory");
    }
    return memset(memory, 0, size);
}

void run_on_cpu(int cpu)
{
    cpu_set_t cpus;

    CPU_ZERO(&cpus);
    CPU_SET(cpu, &cpus);
    check(sched_setaffinity(0, sizeof(cpus), &cpus), "sched_setaffinity");
}

static double seconds_of(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

double now(void)
{
    return seconds_of(CLOCK_MONOTONIC);
}

static void measure_chunk(struct tally *tally, void (*chunk)(void))
{
    double wall;
    double cpu;
    uint64_t calls = socket_calls;
    uint64_t frames = delivered_frames;
    double wall_start = now();
    double cpu_start = seconds_of(CLOCK_THREAD_CPUTIME_ID);

    chunk();
    cpu = seconds_of(CLOCK_THREAD_CPUTIME_ID) - cpu_start;
    wall = now() - wall_start;
    if (tally->chunks == MAXIMUM_CHUNKS) {
        fail("more chunks than there is room for");
    }
    tally->walls[tally->chunks++] = wall;
    tally->calls += socket_calls - calls;
    tally->frames += delivered_frames - frames;
    tally->cpu += cpu;
    tally->wall += wall;
}

static void transmit_turn(struct tally *tally, bool checked, double seconds)
{
    double end = tally->wall + seconds;
    uint64_t sent = 0;

    peer_start_sink(tally->peer, checked);
    do {
        measure_chunk(tally, tally->subject->transmit);
        sent += CHUNK_BYTES;
        plane_idle();
        peer_await(sent);
    } while (tally->wall < end);
    peer_stop_sink();
}

static void receive_turn(struct tally *tally, bool checked, double seconds)
{
    double end = tally->wall + seconds;

    plane_check(checked);
    do {
        peer_send_chunk(tally->peer);
        measure_chunk(tally, tally->subject->receive);
        plane_idle();
    } while (tally->wall < end);
}

static void forget(struct tally *tally)
{
    tally->chunks = 0;
    tally->calls = 0;
    tally->frames = 0;
    tally->cpu = 0;
    tally->wall = 0;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return (a > b) - (a < b);
}

static void print(const char *direction, struct tally *tally)
{
    qsort(tally->walls, tally->chunks, sizeof(double), by_value);
    printf("{\"direction\": \"%s\", \"subject\": \"%s\", \"chunks\": %zu, "
           "\"chunkBytes\": %llu, \"datagrams\": %zu, \"frames\": %llu, "
           "\"calls\": %llu, \"cpuSeconds\": %.9f, \"chunkSeconds\": %.9f, "
           "\"info\": \"%s\"}\n",
           direction, tally->subject->name, tally->chunks,
           (unsigned long long)CHUNK_BYTES, tally->chunks * DATAGRAMS,
           (unsigned long long)tally->frames, (unsigned long long)tally->calls,
           tally->cpu, tally->walls[tally->chunks / 2],
           tally->subject == &plane ? plane_info() : "");
}

static void measure(const struct options *options, const char *direction,
                    void (*turn)(struct tally *tally, bool checked,
                                 double seconds))
{
    struct tally tallies[] = {
        {.subject = &plane, .peer = PEER_OF_PLANE},
        {.subject = &bare, .peer = PEER_OF_BARE},
    };
    int count = options->bare ? 2 : 1;
    double end;

    for (int i = 0; i < count; i++) {
        tallies[i].walls = allocate(MAXIMUM_CHUNKS * sizeof(double));
        /* One chunk whose every byte is looked at; then caches get warm. */
        turn(&tallies[i], true, 0);
        turn(&tallies[i], false, TURN_SECONDS);
        forget(&tallies[i]);
    }
    end = now() + options->seconds * LONGEST;
    while (tallies[0].wall < options->seconds && now() < end) {
        for (int i = 0; i < count; i++) {
            turn(&tallies[i], false, TURN_SECONDS);
        }
    }
    for (int i = 0; i < count; i++) {
        print(direction, &tallies[i]);
        free(tallies[i].walls);
    }
}

static struct options parse(int argc, char **argv)
{
    static const struct option names[] = {
        {"settings", required_argument, NULL, 's'},
        {"direction", required_argument, NULL, 'd'},
        {"seconds", required_argument, NULL, 't'},
        {"burst", required_argument, NULL, 'b'},
        {"no-bare", no_argument, NULL, 'n'},
        {"cpu", required_argument, NULL, 'c'},
        {"peer-cpu", required_argument, NULL, 'p'},
        {0},
    };
    struct options options = {NULL, "", true, true, true, 1, 4, 1, 0};
    int option;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 's':
            options.settings = optarg;
            break;
        case 'd':
            options.transmit = strcmp(optarg, "receive") != 0;
            options.receive = strcmp(optarg, "transmit") != 0;
            break;
        case 't':
            options.seconds = atof(optarg);
            break;
        case 'b':
            options.burst = atoi(optarg);
            break;
        case 'n':
            options.bare = false;
            break;
        case 'c':
            options.cpu = atoi(optarg);
            break;
        case 'p':
            options.peer_cpu = atoi(optarg);
            break;
        default:
            exit(2);
        }
    }
    if (optind != argc - 1 || options.burst < 1) {
        fail("usage: driver [--direction transmit|receive] [--seconds N] "
             "[--burst N] [--no-bare] [--settings TEXT] [--cpu N] "
             "[--peer-cpu N] PLUGIN");
    }
    options.plugin = argv[optind];
    return options;
}

int main(int argc, char **argv)
{
    struct options options = parse(argc, argv);

    peer_start(options.peer_cpu);
    run_on_cpu(options.cpu);
    bare_open();
    plane_open(options.plugin, options.settings, options.burst);
    if (options.transmit) {
        measure(&options, "transmit", transmit_turn);
    }
    if (options.receive) {
        measure(&options, "receive", receive_turn);
    }
    plane_close();
    peer_end();
    return 0;
}
