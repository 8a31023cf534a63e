/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Preloaded into User-Mode Linux: lets it run on a CPU whose registers it does
 * not know.
 *
 * It keeps 2696 bytes of a process's XSAVE area, what AVX-512 has, and gives
 * them back with PTRACE_SETREGSET. Where the CPU has more (AMX: 11 KB), the
 * kernel takes the whole area or nothing (EFAULT), and User-Mode Linux ends
 * with "ptrace set fp regs failed". The rest is what it was.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <elf.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/uio.h>

#define LARGEST (1 << 16)

typedef long ptrace_function(int request, pid_t process, void *address,
                             void *data);

long ptrace(enum __ptrace_request request, ...)
{
    static char area[LARGEST];
    static ptrace_function *next;
    struct iovec whole = {area, sizeof(area)};
    struct iovec *known;
    pid_t process;
    void *address;
    void *data;
    va_list arguments;

    va_start(arguments, request);
    process = va_arg(arguments, pid_t);
    address = va_arg(arguments, void *);
    data = va_arg(arguments, void *);
    va_end(arguments);
    if (!next) {
        next = (ptrace_function *)dlsym(RTLD_NEXT, "ptrace");
    }

    known = data;
    if (request != PTRACE_SETREGSET || address != (void *)NT_X86_XSTATE ||
        next(PTRACE_GETREGSET, process, address, &whole) ||
        whole.iov_len <= known->iov_len) {
        return next(request, process, address, data);
    }
    memcpy(area, known->iov_base, known->iov_len);
    return next(PTRACE_SETREGSET, process, address, &whole);
}
