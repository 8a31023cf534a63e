/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The address of QEMU's table of netdev types is not exported. But its entry
 * for l2tpv3 is the only word in the program's relocated read-only data
 * (PT_GNU_RELRO) that holds the address of net_init_l2tpv3, and that function
 * is exported. When a constructor runs, the loader has already relocated the
 * segment and made it read-only. So the page is made writable for one store.
 */
#define _GNU_SOURCE
#include <link.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "init_table.h"

struct segment {
    const char *start;
    size_t size;
};

/* dl_iterate_phdr begins with the main program. */
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

/* The segment begins at a page, since the loader protects whole pages. */
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

const char *init_table_replace(const void *present, const void *wanted)
{
    struct segment relro = {NULL, 0};
    uintptr_t page_mask = ~((uintptr_t)sysconf(_SC_PAGESIZE) - 1);
    const char *entry;
    void *page;
    size_t length;
    size_t hits;

    dl_iterate_phdr(main_program_relro, &relro);
    if (!relro.start) {
        return "it has no relocated read-only segment";
    }
    entry = find_word(&relro, present, &hits);
    if (hits != 1) {
        return hits ? "its table of netdevs was found more than once"
                    : "its table of netdevs was not found";
    }
    page = (void *)((uintptr_t)entry & page_mask);
    length = (size_t)(entry + sizeof(wanted) - (const char *)page);
    if (mprotect(page, length, PROT_READ | PROT_WRITE) < 0) {
        return "its table of netdevs cannot be made writable";
    }
    memcpy((void *)(uintptr_t)entry, &wanted, sizeof(wanted));
    /* If this fails, the page stays writable, which does no harm. */
    (void)!mprotect(page, length, PROT_READ);
    return NULL;
}
