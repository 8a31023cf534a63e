/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Netdevs that cannot become ours: QEMU's own backend goes on as before. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "plugin_scenarios.h"

/* Of the state: the session's cookie's and counter's places, header size, a
 * flag that is neither 0 nor 1, another family, no destination, a socket that
 * is none. */
static const struct {
    size_t offset;
    uint8_t value;
} spoils[] = {
    {0x1e4, 5}, {0x1dc, 9}, {0x1e0, 13}, {0x1d8, 7},   {0x1c0, 200},
    {0x1ec, 2}, {0x1ea, 1}, {0x1eb, 0},  {0x1a0, 200}, {0x178, 250},
};

static void delete_all(void)
{
    while (client_first()) {
        fake_netdev_del(client_first());
    }
    expect_nothing_left();
}

SCENARIO(a_session_that_cannot_open_leaves_the_backend,
         .says = "qemu-l2tpv3: warning: n0: no; QEMU's own backend stays in "
                 "place for it")
{
    NetClientState *client = add_stock("n0");
    const int fd = fake_stock_socket(client);
    const int port = port_of(fd);

    shim_open();
    shim.plane->open_error = "n0: no";
    EXPECT_NUMBER(shim_install(NULL), 0);
    expect_stock(client);
    EXPECT_NUMBER(fake_stock_socket(client), fd);
    EXPECT_NUMBER(port_of(fd), port);
    delete_all();
}

SCENARIO(a_session_that_cannot_open_is_an_error_where_it_is_required,
         .says = "qemu-l2tpv3: error: n0: no")
{
    add_stock("n0");
    shim_open();
    shim.plane->open_error = "n0: no";
    EXPECT_NUMBER(shim_install("require=on"), -1);
    delete_all();
}

static bool exec_closes(int fd)
{
    return fcntl(fd, F_GETFD) & FD_CLOEXEC;
}

/* Its socket is one of the shim's now, under the old number. */
SCENARIO(exec_closes_the_socket_of_a_backend_that_stays,
         .says = "qemu-l2tpv3: warning: n0: no; QEMU's own backend stays in "
                 "place for it")
{
    NetClientState *client = add_stock("n0");

    EXPECT(!exec_closes(fake_stock_socket(client)));
    shim_open();
    shim.plane->open_error = "n0: no";
    EXPECT_NUMBER(shim_install(NULL), 0);
    expect_stock(client);
    EXPECT(exec_closes(fake_stock_socket(client)));
    delete_all();
}

static NetClientState *add_with_socket(const char *model, int *fd)
{
    static NetClientInfo info = {.type = DRIVER_L2TPV3 + 1,
                                 .size = sizeof(NetClientState)};
    NetClientState *client = qemu_new_net_client(&info, NULL, model, model);
    char text[64];

    *fd = socket(AF_INET, SOCK_DGRAM, 0);
    snprintf(text, sizeof(text), "%s: fd=%d unix", model, *fd);
    qemu_set_info_str(client, text);
    return client;
}

SCENARIO(sockets_of_other_netdevs_are_marked_before_one_of_ours_opens,
         .says = "qemu-l2tpv3: warning: l2tpv3 netdev 'n0': the state that "
                 "QEMU's own backend keeps is not as expected; QEMU's own "
                 "backend stays in place for it")
{
    const int unused = socket(AF_INET, SOCK_DGRAM, 0);
    NetClientState *stock = add_stock("n0");
    char *error = NULL;
    int fd;

    add_with_socket("socket", &fd);
    fake_stock_spoil(stock, 0x1e4, 5);
    shim_open();
    EXPECT_NUMBER(shim_install("n1.fd=5"), 0);
    fake_stock_spoil(stock, 0x1e4, 4);
    EXPECT(!exec_closes(fd) && !exec_closes(fake_stock_socket(stock)));
    EXPECT(fake_netdev_add("n1", "{}", &error));
    EXPECT(exec_closes(fd) && exec_closes(fake_stock_socket(stock)));
    /* What nobody uses may be meant. */
    EXPECT(!exec_closes(unused));
    close(fd);
    close(unused);
    delete_all();
}

SCENARIO(a_state_that_is_not_as_known_leaves_the_backend,
         .says = "qemu-l2tpv3: warning: l2tpv3 netdev 'n0': the state that "
                 "QEMU's own backend keeps is not as expected; QEMU's own "
                 "backend stays in place for it")
{
    const size_t count = sizeof(spoils) / sizeof(spoils[0]);
    NetClientState *clients[sizeof(spoils) / sizeof(spoils[0])];
    uint8_t was[sizeof(spoils) / sizeof(spoils[0])];

    for (size_t i = 0; i < count; i++) {
        clients[i] = add_stock("n0");
        was[i] = ((uint8_t *)clients[i])[spoils[i].offset];
        fake_stock_spoil(clients[i], spoils[i].offset, spoils[i].value);
    }
    shim_open();
    EXPECT_NUMBER(shim_install(NULL), 0);
    EXPECT_NUMBER(shim.open_count(), 0);
    EXPECT_NUMBER(fake_stock_cleanups, 0);
    EXPECT_NUMBER(fake_handler_count(), count);
    for (size_t i = 0; i < count; i++) {
        fake_stock_spoil(clients[i], spoils[i].offset, was[i]);
        EXPECT(fake_stock_is_watched(clients[i]));
    }
    delete_all();
}

SCENARIO(no_free_descriptor_leaves_the_backend,
         .says = "qemu-l2tpv3: warning: l2tpv3 netdev 'n0': no file descriptor "
                 "is free; QEMU's own backend stays in place for it")
{
    NetClientState *client = add_stock("n0");
    struct rlimit limit;
    struct rlimit none;

    shim_open();
    EXPECT(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    none = limit;
    /* The lowest that is free: none below it. */
    none.rlim_cur = (rlim_t)dup(0);
    close((int)none.rlim_cur);
    EXPECT(setrlimit(RLIMIT_NOFILE, &none) == 0);
    EXPECT_NUMBER(shim_install(NULL), 0);
    EXPECT(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    expect_stock(client);
    delete_all();
}

static int taken_port;

static void take_port(const char *options)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
                                  .sin_port = htons((uint16_t)taken_port)};
    int fd = socket(AF_INET, SOCK_DGRAM, 0);

    EXPECT(options);
    EXPECT(bind(fd, (struct sockaddr *)&address, sizeof(address)) == 0);
}

SCENARIO(a_port_that_is_taken_meanwhile_is_an_error,
         .says = "qemu-l2tpv3: error: n0: no; meanwhile its port was taken")
{
    NetClientState *client = add_stock("n0");

    taken_port = port_of(fake_stock_socket(client));
    shim_open();
    shim.plane->open_error = "n0: no";
    shim.plane->opening = take_port;
    EXPECT_NUMBER(shim_install(NULL), -1);
    EXPECT_NUMBER(fake_stock_cleanups, 0);
    delete_all();
}

SCENARIO(a_bad_setting_is_refused_at_once,
         .says = "qemu-l2tpv3: error: a=b,: no such setting")
{
    NetClientState *client = add_stock("n0");

    shim_open();
    shim.plane->settings_error = "no such setting";
    EXPECT_NUMBER(shim_install("a=b"), -1);
    expect_stock(client);
    EXPECT(fake_stock_is_watched(client));
    delete_all();
}

SCENARIO(off_leaves_everything)
{
    NetClientState *client = add_stock("n0");
    char *error = NULL;

    shim_open();
    EXPECT_NUMBER(shim_install("off=on"), 0);
    expect_stock(client);
    EXPECT(fake_netdev_add("n1", "{}", &error));
    EXPECT_NUMBER(fake_stock_calls, 1);
    delete_all();
}

SCENARIO(a_second_plugin_does_nothing)
{
    NetClientState *client = add_stock("n0");

    shim_open();
    EXPECT_NUMBER(shim_install(NULL), 0);
    EXPECT_NUMBER(shim_install(NULL), 0);
    expect_adopted(client);
    EXPECT_NUMBER(shim.open_count(), 1);
    delete_all();
}
