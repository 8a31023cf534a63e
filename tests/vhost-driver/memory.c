/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The guest's memory: one or several regions, 4 GiB apart in the guest's
 * address space, so that no buffer can run from one into the next unseen.
 *
 *     region 0: ring, tables of each queue; slots 0, n, 2n, ...; spare
 *     region 1: slots 1, n + 1, ...; spare
 */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "driver.h"

#define PAGE 4096u
/* Not 0, which looks like nothing at all. */
#define FIRST_ADDRESS 0x100000u
#define APART 32

int memory_file(const char *name, uint64_t size, uint8_t **bytes)
{
    int fd = memfd_create(name, MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, (off_t)size)) {
        goto err;
    }
    *bytes = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (*bytes != MAP_FAILED) {
        return fd;
    }
    *bytes = NULL;
err:
    if (fd >= 0) {
        close(fd);
    }
    return -errno;
}

static uint64_t region_size(const struct vd_options *options)
{
    uint64_t n = options->queue_size;
    uint64_t ring = vring_size(options->queue_size, PAGE) + PAGE;
    uint64_t longest = n < VD_MAXIMUM_PIECES ? n : VD_MAXIMUM_PIECES;
    uint64_t tables = n * longest * sizeof(struct vring_desc);
    uint64_t slots = (uint64_t)options->receive_size + options->transmit_size;
    uint64_t in_each = (n + options->regions - 1) / options->regions;
    /* A slot may begin up to 64 bytes late. */
    uint64_t size = options->queues * (ring + tables) +
                    in_each * (slots + 128) + options->spare;

    return (size + 2 * PAGE - 1) / PAGE * PAGE;
}

static int map_region(struct vhost_driver *driver, uint32_t index)
{
    struct vd_region *region = &driver->regions[index];
    uint8_t *bytes;

    region->size = region_size(&driver->options);
    region->guest_address = ((uint64_t)index << APART) + FIRST_ADDRESS;
    region->spare_offset = region->size - driver->options.spare;
    region->fd = -1;
    if (!(driver->options.flags & VD_ONE_FILE)) {
        region->fd = memory_file("vhost-region", region->size, &bytes);
        region->base = bytes;
        return region->fd < 0 ? region->fd : 0;
    }
    if (index == 0) {
        uint64_t size = region->size * driver->options.regions;

        region->fd = memory_file("vhost-memory", size, &bytes);
        if (region->fd < 0) {
            return region->fd;
        }
        munmap(bytes, size);
    } else {
        region->fd = dup(driver->regions[0].fd);
        if (region->fd < 0) {
            return -errno;
        }
    }
    region->file_offset = index * region->size;
    region->base = mmap(NULL, region->size, PROT_READ | PROT_WRITE, MAP_SHARED,
                        region->fd, (off_t)region->file_offset);
    if (region->base == MAP_FAILED) {
        region->base = NULL;
        return -errno;
    }
    return 0;
}

int memory_open(struct vhost_driver *driver)
{
    for (uint32_t i = 0; i < driver->options.regions; i++) {
        int error = map_region(driver, i);

        if (error) {
            return error;
        }
    }
    return 0;
}

void memory_close(struct vhost_driver *driver)
{
    for (uint32_t i = 0; i < driver->options.regions; i++) {
        struct vd_region *region = &driver->regions[i];

        if (region->base) {
            munmap(region->base, region->size);
            close(region->fd);
        }
    }
}

uint64_t vd_guest_address(const struct vhost_driver *driver,
                          const void *pointer)
{
    for (uint32_t i = 0; i < driver->options.regions; i++) {
        const struct vd_region *region = &driver->regions[i];
        uint64_t offset = (uint64_t)pointer - (uint64_t)region->base;

        if (offset < region->size) {
            return region->guest_address + offset;
        }
    }
    return 0;
}

int vd_region(struct vhost_driver *driver, uint32_t index,
              struct vd_region *region)
{
    if (index >= driver->options.regions) {
        return -EINVAL;
    }
    *region = driver->regions[index];
    return 0;
}
