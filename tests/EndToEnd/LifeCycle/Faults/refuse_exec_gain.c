// SPDX-License-Identifier: GPL-2.0-or-later
// Executes a program whose memory is never made executable (PR_SET_MDWE, as
// systemd's MemoryDenyWriteExecute=).
#include <sys/prctl.h>
#include <unistd.h>

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
#define REFUSE_EXEC_GAIN 1ul

int main(int argc, char **argv)
{
    if (argc < 2 || prctl(PR_SET_MDWE, REFUSE_EXEC_GAIN, 0, 0, 0) != 0) {
        return 125;
    }
    execvp(argv[1], argv + 1);
    return 126;
}
