/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Memory beside the guest's: the log of dirty pages, a bit for each; and the
 * back end's own record of what is in flight, which outlives it here. */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver.h"

#define PAGE_BITS 12
#define LOG_ALL (1ull << VHOST_F_LOG_ALL)

static int open_log(struct vhost_driver *driver)
{
    const struct vd_region *last =
        &driver->regions[driver->options.regions - 1];
    uint64_t pages = (last->guest_address + last->size) >> PAGE_BITS;

    if (driver->log) {
        memset(driver->log, 0, driver->log_size);
        return 0;
    }
    driver->log_size = (pages / 8 + 4096) & ~4095ull;
    driver->log_fd = memory_file("vhost-log", driver->log_size, &driver->log);
    return driver->log_fd < 0 ? driver->log_fd : 0;
}

/* The answer is always there, acknowledged or not (LOG_SHMFD). */
static int set_base(struct vhost_driver *driver)
{
    struct vu_log log = {driver->log_size, 0};
    int error = send_request(driver, VHOST_USER_SET_LOG_BASE, 0, &log,
                             sizeof(log), &driver->log_fd, 1);

    if (error) {
        return error;
    }
    return read_answer(driver, VHOST_USER_SET_LOG_BASE, NULL, 0, NULL);
}

static int set_logging(struct vhost_driver *driver, bool on)
{
    int error;

    driver->is_logging = on;
    driver->features =
        on ? driver->features | LOG_ALL : driver->features & ~LOG_ALL;
    error = vd_set_number(driver, VHOST_USER_SET_FEATURES, driver->features);
    for (uint32_t i = 0; !error && i < driver->options.queues; i++) {
        error = vd_set_address(driver, i);
    }
    return error;
}

int vd_log_start(struct vhost_driver *driver)
{
    int error;

    if (!has_protocol_feature(driver, VHOST_USER_PROTOCOL_F_LOG_SHMFD) ||
        !(driver->offered & LOG_ALL)) {
        return -EOPNOTSUPP;
    }
    error = open_log(driver);
    if (!error) {
        error = set_base(driver);
    }
    return error ? error : set_logging(driver, true);
}

int vd_log_stop(struct vhost_driver *driver)
{
    return set_logging(driver, false);
}

bool vd_log_test(struct vhost_driver *driver, uint64_t guest_address,
                 bool clean)
{
    uint64_t page = guest_address >> PAGE_BITS;
    uint8_t bit = (uint8_t)(1u << page % 8);
    uint8_t *byte = driver->log + page / 8;

    if (!driver->log || page / 8 >= driver->log_size) {
        return false;
    }
    if (clean) {
        return __atomic_fetch_and(byte, (uint8_t)~bit, __ATOMIC_ACQ_REL) & bit;
    }
    return __atomic_load_n(byte, __ATOMIC_ACQUIRE) & bit;
}

uint64_t vd_log_count(const struct vhost_driver *driver)
{
    uint64_t count = 0;

    for (uint64_t i = 0; driver->log && i < driver->log_size; i += 8) {
        uint64_t word;

        memcpy(&word, driver->log + i, sizeof(word));
        count += (uint64_t)__builtin_popcountll(word);
    }
    return count;
}

int vd_get_inflight(struct vhost_driver *driver)
{
    struct vu_inflight question = {
        .queues = (uint16_t)driver->options.queues,
        .queue_size = (uint16_t)driver->options.queue_size,
    };
    struct vu_inflight answer = {0};
    uint8_t *bytes;
    int fd = -1;
    int error;

    if (driver->inflight) {
        return 0;
    }
    /* QEMU's struct has four bytes of padding, and its message has them. */
    error = request_answer(driver, VHOST_USER_GET_INFLIGHT_FD, &question,
                           sizeof(question), &answer, VU_INFLIGHT_SIZE, &fd);
    if (error || fd < 0) {
        return error ? error : -EPROTO;
    }
    bytes = mmap(NULL, answer.size, PROT_READ | PROT_WRITE, MAP_SHARED, fd,
                 (off_t)answer.offset);
    if (bytes == MAP_FAILED) {
        error = -errno;
        close(fd);
        return error;
    }
    driver->inflight = bytes;
    driver->inflight_place = answer;
    driver->inflight_fd = fd;
    return 0;
}

int vd_set_inflight(struct vhost_driver *driver)
{
    if (!driver->inflight) {
        return -EINVAL;
    }
    return request_with_fds(
        driver, VHOST_USER_SET_INFLIGHT_FD, &driver->inflight_place,
        sizeof(driver->inflight_place), &driver->inflight_fd, 1);
}

void *vd_inflight(const struct vhost_driver *driver, uint64_t *size)
{
    *size = driver->inflight_place.size;
    return driver->inflight;
}

void log_close(struct vhost_driver *driver)
{
    if (driver->log) {
        munmap(driver->log, driver->log_size);
        close(driver->log_fd);
    }
    if (driver->inflight) {
        munmap(driver->inflight, driver->inflight_place.size);
        close(driver->inflight_fd);
    }
}
