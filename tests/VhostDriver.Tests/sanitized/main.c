/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The driver under the address and undefined behaviour sanitizers: all that it
 * does, once, with the back end on the socket that is named, which sends frames
 * back (testpmd, macswap). Exit status 0: all as expected, and nothing left.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "protocol.h"
#include "vhost-driver.h"

#define PATIENCE 30000
#define FRAMES 20000

/* Ends the program if the call has failed or is not as expected. */
#define CHECK(call, wanted)                                                    \
    do {                                                                       \
        long long result_ = (long long)(call);                                 \
        if (!(result_ wanted)) {                                               \
            fprintf(stderr, "%s:%d: %s is %lld\n", __FILE__, __LINE__, #call,  \
                    result_);                                                  \
            exit(1);                                                           \
        }                                                                      \
    } while (0)

static void exchange(struct vhost_driver *driver, uint32_t size,
                     const uint32_t *lengths, uint32_t count)
{
    static uint8_t frame[66 * 1024];
    static uint8_t answer[66 * 1024];

    for (uint32_t i = vd_header_size(driver); i < size; i++) {
        frame[i] = (uint8_t)(i * 7);
    }
    CHECK(vd_transmit(driver, frame, size, lengths, count), == 0);
    CHECK(vd_receive(driver, answer, sizeof(answer), NULL, PATIENCE), == size);
    /* Behind header and addresses. */
    CHECK(memcmp(frame + 24, answer + 24, size - 24), == 0);
    CHECK(vd_transmit_done(driver, PATIENCE), == 0);
}

static struct vhost_driver *run(const struct vd_options *options,
                                const char *path)
{
    struct vhost_driver *driver;

    CHECK(vd_open(options, &driver), == 0);
    CHECK(vd_connect(driver, path), == 0);
    CHECK(vd_negotiate(driver), == 0);
    CHECK(vd_post(driver, options->queue_size), > 0);
    CHECK(vd_start(driver), == 0);
    return driver;
}

static void exchange_all(const struct vd_options *options, const char *path)
{
    const uint32_t lengths[] = {12, 1, 87, 1426};
    struct vhost_driver *driver = run(options, path);

    exchange(driver, 72, NULL, 0);
    exchange(driver, 1526, lengths, 4);
    if (options->receive_size < 1526) {
        exchange(driver, 65547, NULL, 0);
    }
    vd_close(driver);
}

static void load(const struct vd_options *options, const char *path)
{
    uint8_t frame[72] = {0};
    struct vd_figures figures;
    struct vhost_driver *driver = run(options, path);

    CHECK(vd_receive_start(driver, UINT64_MAX, PATIENCE), == 0);
    CHECK(vd_transmit_start(driver, frame, sizeof(frame), NULL, 0, FRAMES,
                            PATIENCE),
          == 0);
    CHECK(vd_join(driver, VD_TRANSMIT, &figures), == 0);
    CHECK(figures.frames, == FRAMES);
    /* The other thread runs still. */
    vd_close(driver);
}

static void live(const struct vd_options *options, const char *path)
{
    struct vhost_driver *driver = run(options, path);

    CHECK(vd_log_start(driver), == 0);
    exchange(driver, 72, NULL, 0);
    CHECK(vd_log_count(driver), > 0);
    CHECK(vd_log_stop(driver), == 0);
    CHECK(vd_stop(driver), == 0);
    vd_reset(driver);
    CHECK(vd_post(driver, options->queue_size), > 0);
    CHECK(vd_start(driver), == 0);
    exchange(driver, 72, NULL, 0);
    vd_close(driver);
}

/* Nobody reads what is written here. */
static void scribble(const struct vd_options *options)
{
    struct vhost_driver *driver;

    CHECK(vd_open(options, &driver), == 0);
    CHECK(vd_scribble(driver, VD_TRANSMIT, 31, 1, 100), == 0);
    CHECK(vd_scribble_end(driver), > 1000);
    vd_reset(driver);
    CHECK(vd_scribble(driver, VD_RECEIVE, 31, 2, PATIENCE), == 0);
    vd_close(driver);
}

int main(int argc, char **argv)
{
    struct vd_options options;

    if (argc != 2) {
        return 2;
    }
    vd_defaults(&options);
    exchange_all(&options, argv[1]);
    options.flags = 0;
    options.regions = 3;
    options.receive_size = 600;
    options.receive_pieces = 2;
    exchange_all(&options, argv[1]);
    load(&options, argv[1]);
    options.features &= ~(1ull << VIRTIO_RING_F_EVENT_IDX);
    options.flags = VD_ONE_FILE | VD_POLL;
    load(&options, argv[1]);
    live(&options, argv[1]);
    scribble(&options);
    return 0;
}
