/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * QEMU keeps the init functions of its netdev types in a static table. The
 * table's address is not exported, but its entry for l2tpv3 is the only word
 * in the program's relocated read-only data (PT_GNU_RELRO) that holds the
 * address of net_init_l2tpv3, and that function is exported. By the time a
 * constructor runs the loader has relocated the segment and made it
 * read-only, so the page is opened for one store and closed again.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "slot.h"

struct segment {
    const char *start;
    size_t size;
};

/* The first object that dl_iterate_phdr shows is the main program. */
static int main_program_relro(struct dl_phdr_info *info, size_t size,
                              void *opaque)
{
    struct segment *relro = opaque;

    (void)size;
    for (int i = 0; i < info->dlpi_phnum; i++) {
        if (info->dlpi_phdr[i].p_type == PT_GNU_RELRO) {
            relro->start =
                (const char *)(info->dlpi_addr + info->dlpi_phdr[i].p_vaddr);
            relro->size = info->dlpi_phdr[i].p_memsz;
        }
    }
    return 1;
}

/* The loader protects whole pages, and the segment begins on one. */
static const char *find_word(const struct segment *relro, const void *word,
                             size_t *hits)
{
    const char *found = NULL;

    *hits = 0;
    for (size_t at = 0; at + sizeof(word) <= relro->size; at += sizeof(word)) {
        if (memcmp(relro->start + at, &word, sizeof(word)) == 0) {
            found = relro->start + at;
            (*hits)++;
        }
    }
    return found;
}

const char *slot_replace(const void *present, const void *wanted)
{
    struct segment relro = {NULL, 0};
    uintptr_t page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    const char *slot;
    void *page;
    size_t length;
    size_t hits;

    dl_iterate_phdr(main_program_relro, &relro);
    if (!relro.start) {
        return "it has no relocated read-only segment";
    }
    slot = find_word(&relro, present, &hits);
    if (hits != 1) {
        return hits ? "its table of netdevs is there more than once"
                    : "its table of netdevs was not found";
    }
    page = (void *)((uintptr_t)slot & page_mask);
    length = (size_t)(slot + sizeof(wanted) - (const char *)page);
    if (mprotect(page, length, PROT_READ | PROT_WRITE) < 0) {
        return "its table of netdevs cannot be made writable";
    }
    memcpy((void *)(uintptr_t)slot, &wanted, sizeof(wanted));
    /* If this fails the page stays writable, which harms nobody. */
    (void)!mprotect(page, length, PROT_READ);
    return NULL;
}
