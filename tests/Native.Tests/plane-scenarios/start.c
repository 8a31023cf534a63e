/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the .NET runtime takes when it starts, against what the shim tries. */
#include <sys/resource.h>

#include "driver.h"

#include "../../../native/shim/runtime.h"

#define KIB_OF_MIB 1024

/* A figure of /proc/self/status in KiB; it allocates nothing. */
static long status_kib(const char *name)
{
    char text[8192] = "";
    FILE *file = fopen("/proc/self/status", "r");
    const char *field;

    EXPECT(file);
    EXPECT(fread(text, 1, sizeof(text) - 1, file) > 0);
    fclose(file);
    field = strstr(text, name);
    EXPECT(field);
    return atol(field + strlen(name));
}

SCENARIO(the_runtime_takes_no_more_than_the_shim_tries, .plain = true,
         .times = 20)
{
    long space = status_kib("VmSize:");
    long data = status_kib("VmData:");
    struct rlimit stack;
    long stack_kib;

    EXPECT(getrlimit(RLIMIT_STACK, &stack) == 0);
    stack_kib = (long)(stack.rlim_cur / 1024);
    l2tp_plane_start();
    space = status_kib("VmPeak:") - space - stack_kib;
    data = status_kib("VmData:") - data - stack_kib;
    EXPECT(data > 0);
    EXPECT(data <= RUNTIME_WRITABLE_MIB * KIB_OF_MIB);
    /* Less than half would be a figure that nobody has looked at again. */
    EXPECT(space >= RUNTIME_ADDRESS_SPACE_MIB * KIB_OF_MIB / 2);
    EXPECT(space <= RUNTIME_ADDRESS_SPACE_MIB * KIB_OF_MIB);
}
