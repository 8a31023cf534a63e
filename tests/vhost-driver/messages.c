/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Well-formed requests, and their answers. */
#include <errno.h>
#include <linux/vhost_types.h>
#include <string.h>
#include <unistd.h>

#include "driver.h"

#define LARGEST_PAYLOAD 512

int send_request(struct vhost_driver *driver, uint32_t request, uint32_t flags,
                 const void *payload, size_t size, const int *fds,
                 uint32_t fd_count)
{
    struct vu_header header = {request, VU_VERSION | flags, (uint32_t)size};
    uint8_t bytes[sizeof(header) + LARGEST_PAYLOAD];

    if (size > LARGEST_PAYLOAD) {
        return -EINVAL;
    }
    memcpy(bytes, &header, sizeof(header));
    if (size > 0) {
        memcpy(bytes + sizeof(header), payload, size);
    }
    return vd_send(driver, bytes, sizeof(header) + size, fds, fd_count);
}

/* All of it, or an error. */
static int read_all(struct vhost_driver *driver, void *bytes, size_t size,
                    int *fd)
{
    size_t done = 0;

    while (done < size) {
        int one = -1;
        uint32_t room = 1;
        int64_t count =
            vd_receive_message(driver, (uint8_t *)bytes + done, size - done,
                               &one, &room, driver->options.timeout_ms);

        if (room > 0 && count > 0) {
            if (fd && *fd < 0) {
                *fd = one;
            } else {
                close(one);
            }
        }
        if (count <= 0) {
            return count == 0 ? -ECONNRESET : (int)count;
        }
        done += (size_t)count;
    }
    return 0;
}

int read_answer(struct vhost_driver *driver, uint32_t request, void *payload,
                size_t size, int *fd)
{
    struct vu_header header;
    uint8_t bytes[LARGEST_PAYLOAD];
    int error = read_all(driver, &header, sizeof(header), fd);

    if (error) {
        return error;
    }
    if (header.request != request || header.size > sizeof(bytes) ||
        (header.flags & (3u | VU_REPLY)) != (VU_VERSION | VU_REPLY)) {
        return -EPROTO;
    }
    error = read_all(driver, bytes, header.size, fd);
    if (error) {
        return error;
    }
    if (header.size < size) {
        return -EPROTO;
    }
    if (size > 0) {
        memcpy(payload, bytes, size);
    }
    return 0;
}

int request_with_fds(struct vhost_driver *driver, uint32_t request,
                     const void *payload, size_t size, const int *fds,
                     uint32_t fd_count)
{
    bool asks = has_protocol_feature(driver, VHOST_USER_PROTOCOL_F_REPLY_ACK) &&
                !(driver->options.flags & VD_NO_ACK);
    uint64_t answer;
    int error = send_request(driver, request, asks ? VU_NEED_REPLY : 0, payload,
                             size, fds, fd_count);

    if (error || !asks) {
        return error;
    }
    error = read_answer(driver, request, &answer, sizeof(answer), NULL);
    if (error) {
        return error;
    }
    return answer == 0 ? 0 : -EREMOTEIO;
}

int request_answer(struct vhost_driver *driver, uint32_t request,
                   const void *payload, size_t size, void *answer,
                   size_t answer_size, int *fd)
{
    int error = send_request(driver, request, 0, payload, size, NULL, 0);

    if (error) {
        return error;
    }
    return read_answer(driver, request, answer, answer_size, fd);
}

int vd_set_nothing(struct vhost_driver *driver, uint32_t request)
{
    return request_with_fds(driver, request, NULL, 0, NULL, 0);
}

int vd_set_number(struct vhost_driver *driver, uint32_t request, uint64_t value)
{
    return request_with_fds(driver, request, &value, sizeof(value), NULL, 0);
}

int vd_get_number(struct vhost_driver *driver, uint32_t request,
                  uint64_t *value)
{
    return request_answer(driver, request, NULL, 0, value, sizeof(*value),
                          NULL);
}

int vd_set_state(struct vhost_driver *driver, uint32_t request, uint32_t queue,
                 uint32_t value)
{
    struct vu_state state = {queue, value};

    if (request == VHOST_USER_SET_VRING_BASE && queue < VD_MAXIMUM_QUEUES) {
        driver->queues[queue].base = (uint16_t)value;
    }
    return request_with_fds(driver, request, &state, sizeof(state), NULL, 0);
}

int vd_get_state(struct vhost_driver *driver, uint32_t request, uint32_t queue,
                 uint32_t *value)
{
    struct vu_state state = {queue, 0};
    int error = request_answer(driver, request, &state, sizeof(state), &state,
                               sizeof(state), NULL);

    if (error) {
        return error;
    }
    if (state.index != queue) {
        return -EPROTO;
    }
    if (request == VHOST_USER_GET_VRING_BASE && queue < VD_MAXIMUM_QUEUES) {
        driver->queues[queue].base = (uint16_t)state.value;
        driver->queues[queue].has_base = true;
    }
    *value = state.value;
    return 0;
}

int vd_set_file(struct vhost_driver *driver, uint32_t request, uint32_t queue,
                int fd)
{
    uint64_t value = fd < 0 ? queue | VU_NO_FD : queue;

    return request_with_fds(driver, request, &value, sizeof(value), &fd,
                            fd < 0 ? 0 : 1);
}

int vd_set_address(struct vhost_driver *driver, uint32_t index)
{
    struct queue *queue = &driver->queues[index];
    struct vu_address address = {
        .index = index,
        .flags = driver->is_logging ? 1u << VHOST_VRING_F_LOG : 0,
        .descriptors = (uint64_t)queue->descriptors,
        .used = (uint64_t)queue->used,
        .available = (uint64_t)queue->available,
        .log = vd_guest_address(driver, queue->used),
    };

    if (index >= driver->options.queues) {
        return -EINVAL;
    }
    return request_with_fds(driver, VHOST_USER_SET_VRING_ADDR, &address,
                            sizeof(address), NULL, 0);
}

static struct vu_region describe(const struct vd_region *region)
{
    return (struct vu_region){
        .guest_address = region->guest_address,
        .size = region->size,
        .user_address = (uint64_t)region->base,
        .mmap_offset = region->file_offset,
    };
}

int vd_set_memory_table(struct vhost_driver *driver)
{
    struct vu_memory table = {.count = driver->options.regions};
    int fds[VD_MAXIMUM_REGIONS];

    for (uint32_t i = 0; i < table.count; i++) {
        table.regions[i] = describe(&driver->regions[i]);
        fds[i] = driver->regions[i].fd;
    }
    return request_with_fds(driver, VHOST_USER_SET_MEM_TABLE, &table,
                            offsetof(struct vu_memory, regions) +
                                table.count * sizeof(*table.regions),
                            fds, table.count);
}

int vd_add_region(struct vhost_driver *driver, uint32_t index)
{
    struct vu_slot slot = {0};

    if (index >= driver->options.regions) {
        return -EINVAL;
    }
    slot.region = describe(&driver->regions[index]);
    return request_with_fds(driver, VHOST_USER_ADD_MEM_REG, &slot, sizeof(slot),
                            &driver->regions[index].fd, 1);
}

int vd_remove_region(struct vhost_driver *driver, uint32_t index)
{
    struct vu_slot slot = {0};

    if (index >= driver->options.regions) {
        return -EINVAL;
    }
    slot.region = describe(&driver->regions[index]);
    return request_with_fds(driver, VHOST_USER_REM_MEM_REG, &slot, sizeof(slot),
                            NULL, 0);
}
