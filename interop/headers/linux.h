/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The headers of the data plane's system calls, glibc's before the kernel's. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/udp.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>
#include <linux/filter.h>
#include <linux/sock_diag.h>

/*
 * Names of ours for what C composes at each use: the instructions of a classic
 * BPF program, and the room for control messages.
 */
#define BPF_LD_W_ABS ((__u16)(BPF_LD | BPF_W | BPF_ABS))
#define BPF_LD_W_IND ((__u16)(BPF_LD | BPF_W | BPF_IND))
#define BPF_LDX_B_MSH ((__u16)(BPF_LDX | BPF_B | BPF_MSH))
#define BPF_JMP_JEQ_K ((__u16)(BPF_JMP | BPF_JEQ | BPF_K))
#define BPF_RET_K ((__u16)(BPF_RET | BPF_K))
#define CMSG_SPACE_UINT16 ((int)CMSG_SPACE(sizeof(uint16_t)))
#define CMSG_SPACE_INT ((int)CMSG_SPACE(sizeof(int)))
