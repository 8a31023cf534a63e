/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * l2tpv3-raw-socket: opens what QEMU may not, becomes somebody else, and runs
 * QEMU. See l2tpv3-raw-socket(1).
 *
 *     root           socket(SOCK_RAW, 115), bind   --> 3 QEMU_L2TPV3=n0.fd=3
 *     user           no capability, in any set
 *     exec           qemu-l2tpv3 qemu-system-x86_64 ...
 *
 * The socket is the netdev's own: of one protocol, bound to one address. With
 * it QEMU can do less than with CAP_NET_RAW, which opens any protocol and takes
 * any packet of the host.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <grp.h>
#include <linux/capability.h>
#include <netdb.h>
#include <pwd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#define NAME "l2tpv3-raw-socket"
#define SETTINGS "QEMU_L2TPV3"

/* RFC 3931, 4.1.1: L2TPv3 over IP. */
#define PROTOCOL_L2TP 115

/* The lowest number that QEMU does not use itself. */
#define FIRST_DESCRIPTOR 3

enum status {
    FAILED = 1,
    WRONG_USE = 2,
    NOT_EXECUTABLE = 126,
    NOT_FOUND = 127,
};

static void __attribute__((noreturn, format(printf, 2, 3)))
fail(enum status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fputs(NAME ": ", stderr);
    vfprintf(stderr, format, arguments);
    fputc('\n', stderr);
    va_end(arguments);
    exit(status);
}

static void usage(FILE *file)
{
    fputs("usage: " NAME " [-u USER] ID=ADDRESS... [--] COMMAND [ARGUMENT]...\n"
          "\n"
          "Opens a raw socket of protocol 115 for each netdev ID, binds it to\n"
          "ADDRESS, the netdev's src, and runs COMMAND as USER, without any\n"
          "capability.\n"
          "\n"
          "  -u, --user=USER  become this user; root must give one\n"
          "  -h, --help       print this text\n"
          "\n"
          "See " NAME "(1).\n",
          file);
}

static struct addrinfo *resolve(const char *address)
{
    struct addrinfo hints = {
        .ai_flags = AI_NUMERICHOST,
        .ai_socktype = SOCK_DGRAM,
    };
    struct addrinfo *result;

    if (getaddrinfo(address, NULL, &hints, &result) != 0) {
        fail(WRONG_USE, "%s is not an IP address", address);
    }
    return result;
}

/* Who starts us without standard input gets the socket there. The number is
 * closed again, as he has it: QEMU would read from it. */
static int move_up(int fd)
{
    int moved = fcntl(fd, F_DUPFD, FIRST_DESCRIPTOR);

    if (moved < 0) {
        fail(FAILED, "the socket has no number above %d: %s",
             FIRST_DESCRIPTOR - 1, strerror(errno));
    }
    close(fd);
    return moved;
}

static int open_socket(const char *address)
{
    struct addrinfo *local = resolve(address);
    int fd = socket(local->ai_family, SOCK_RAW, PROTOCOL_L2TP);

    if (fd < 0) {
        fail(FAILED, "a raw socket needs CAP_NET_RAW: %s", strerror(errno));
    }
    if (bind(fd, local->ai_addr, local->ai_addrlen) < 0) {
        fail(FAILED, "%s cannot be bound: %s", address, strerror(errno));
    }
    freeaddrinfo(local);
    return fd < FIRST_DESCRIPTOR ? move_up(fd) : fd;
}

/* Adds one netdev's socket to what is set already. */
static void add_socket(const char *item)
{
    const char *settings = getenv(SETTINGS);
    const char *equals = strchr(item, '=');
    int length = (int)(equals - item);
    char *longer;

    if (length == 0 || memchr(item, ',', (size_t)length)) {
        fail(WRONG_USE,
             "%s: give the id of a netdev and its address, ID=ADDRESS", item);
    }
    if (asprintf(&longer, "%s,%.*s.fd=%d", settings ? settings : "require",
                 length, item, open_socket(equals + 1)) < 0 ||
        setenv(SETTINGS, longer, 1) < 0) {
        fail(FAILED, "out of memory");
    }
    free(longer);
}

static void become(const char *user)
{
    const struct passwd *entry;

    errno = 0;
    entry = getpwnam(user);
    if (!entry) {
        fail(FAILED, "%s is no user of this host", user);
    }
    if (initgroups(user, entry->pw_gid) < 0 || setgid(entry->pw_gid) < 0 ||
        setuid(entry->pw_uid) < 0) {
        fail(FAILED, "cannot become %s: %s", user, strerror(errno));
    }
}

/* setuid(2) leaves the inheritable set, and all of them when nobody changes. */
static void drop_capabilities(void)
{
    struct __user_cap_header_struct header = {
        .version = _LINUX_CAPABILITY_VERSION_3,
    };
    struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = {0};

    if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 ||
        syscall(SYS_capset, &header, none) < 0) {
        fail(FAILED, "cannot drop capabilities: %s", strerror(errno));
    }
}

static const char *read_options(int argc, char **argv)
{
    static const struct option options[] = {
        {"user", required_argument, NULL, 'u'},
        {"help", no_argument, NULL, 'h'},
        {0},
    };
    const char *user = NULL;
    int option;

    /* +: what follows the command is the command's. */
    while ((option = getopt_long(argc, argv, "+u:h", options, NULL)) != -1) {
        switch (option) {
        case 'u':
            user = optarg;
            break;
        case 'h':
            usage(stdout);
            exit(EXIT_SUCCESS);
        default:
            usage(stderr);
            exit(WRONG_USE);
        }
    }
    return user;
}

int main(int argc, char **argv)
{
    const char *user = read_options(argc, argv);
    int item = optind;

    while (item < argc && strchr(argv[item], '=')) {
        add_socket(argv[item++]);
    }
    if (item < argc && strcmp(argv[item], "--") == 0) {
        item++;
    }
    if (item == optind || item == argc) {
        usage(stderr);
        return WRONG_USE;
    }
    if (user) {
        become(user);
    } else if (getuid() == 0) {
        fail(WRONG_USE, "name the user that the command is to run as: --user");
    }
    drop_capabilities();
    execvp(argv[item], argv + item);
    fail(errno == ENOENT ? NOT_FOUND : NOT_EXECUTABLE, "%s: %s", argv[item],
         strerror(errno));
}
