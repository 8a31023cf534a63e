/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * refuse_calls ERRNO CALL[,CALL...] PROGRAM [ARGUMENT...]
 *
 * Executes a program for which the kernel refuses system calls, given by
 * number, with an errno: as the seccomp profile of a container does.
 */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define MAX_CALLS 16

int main(int argc, char **argv)
{
    struct sock_filter code[2 * MAX_CALLS + 2] = {
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
    };
    struct sock_fprog program = {.len = 1, .filter = code};
    unsigned int error;

    if (argc < 4) {
        fprintf(stderr, "usage: %s ERRNO CALL[,CALL...] PROGRAM...\n", argv[0]);
        return 2;
    }
    error = (unsigned int)atoi(argv[1]);
    for (char *call = strtok(argv[2], ","); call; call = strtok(NULL, ",")) {
        if (program.len > 2 * MAX_CALLS - 1) {
            fprintf(stderr, "%s: more than %d calls\n", argv[0], MAX_CALLS);
            return 2;
        }
        code[program.len++] = (struct sock_filter)BPF_JUMP(
            BPF_JMP | BPF_JEQ | BPF_K, (unsigned int)atoi(call), 0, 1);
        code[program.len++] = (struct sock_filter)BPF_STMT(
            BPF_RET | BPF_K, SECCOMP_RET_ERRNO | (error & SECCOMP_RET_DATA));
    }
    code[program.len++] =
        (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) {
        perror("prctl");
        return 1;
    }
    execvp(argv[3], argv + 3);
    perror(argv[3]);
    return 127;
}
