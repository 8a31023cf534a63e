/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The promises of l2tp_plane.h to a host that breaks its own. */
#include <errno.h>

#include "driver.h"

/* Refused with this errno, in words that hold this text, with nothing open. */
static void expect_refused(const struct l2tp_session_config *config, int error,
                           const char *text)
{
    struct l2tp_session *session;
    char message[512] = "";
    int descriptors;

    /* The runtime keeps /dev/urandom open from its first table on. */
    l2tp_session_open(config, &session, message, sizeof(message));
    descriptors = count_descriptors();
    session = (struct l2tp_session *)(uintptr_t)1;
    EXPECT_NUMBER(l2tp_session_open(config, &session, message, sizeof(message)),
                  -error);
    EXPECT(!session);
    EXPECT_NUMBER(count_descriptors(), descriptors);
    if (!strstr(message, text)) {
        scenario_text(__FILE__, __LINE__, "error", message, text);
    }
}

SCENARIO(a_host_of_another_version_or_size_is_refused)
{
    struct host host;
    const struct l2tp_session_config right = host_config(&host, "{}");
    struct l2tp_session_config wrong = right;
    char text[64];

    wrong.abi_version++;
    snprintf(text, sizeof(text), "version %u", wrong.abi_version);
    expect_refused(&wrong, EPROTO, text);
    wrong = right;
    wrong.size -= 8;
    snprintf(text, sizeof(text), "%u bytes", wrong.size);
    expect_refused(&wrong, EPROTO, text);
    wrong = right;
    wrong.size = 0;
    wrong.abi_version = 0;
    expect_refused(&wrong, EPROTO, "do not match");
}

SCENARIO(arguments_that_are_null_do_no_harm)
{
    struct host host;
    struct wire wire;
    struct l2tp_session_config config;
    struct l2tp_session *session = NULL;
    uint8_t frame[60] = {0};
    struct iovec piece = {frame, sizeof(frame)};

    EXPECT_NUMBER(l2tp_session_open(NULL, &session, NULL, 0), -EINVAL);
    wire_open(&wire, "");
    config = host_config(&host, wire.options);
    EXPECT_NUMBER(l2tp_session_open(&config, NULL, NULL, 0), -EINVAL);
    config.options = NULL;
    expect_refused(&config, EINVAL, "options");
    EXPECT_NUMBER(l2tp_session_open(&config, &session, NULL, 100), -EINVAL);
    /* A frame without a session is consumed: nobody could send it later. */
    EXPECT(l2tp_session_transmit(NULL, frame, sizeof(frame)) != 0);
    EXPECT(l2tp_session_transmit_iov(NULL, &piece, 1) != 0);
    EXPECT(l2tp_session_transmit_raw(NULL, frame, sizeof(frame)) != 0);
    l2tp_session_can_transmit(NULL);
    l2tp_session_set_link(NULL, 1);
    EXPECT_NUMBER(l2tp_session_has_vnet_header(NULL), 0);
    EXPECT_NUMBER(l2tp_session_has_vnet_header_length(NULL, 12), 0);
    EXPECT_NUMBER(l2tp_session_has_uso(NULL), 0);
    l2tp_session_set_vnet_header_length(NULL, 12);
    l2tp_session_set_offloads(NULL, 1);
    l2tp_session_readable(NULL);
    l2tp_session_writable(NULL);
    l2tp_session_run(NULL);
    l2tp_session_timer(NULL);
    l2tp_session_delivered(NULL, 1);
    l2tp_session_close(NULL);
    wire_close(&wire);
}

SCENARIO(lengths_and_counts_that_make_no_sense_do_no_harm)
{
    static const int32_t counts[] = {0, -1, -1024, INT32_MIN};
    struct host host;
    struct wire wire;
    uint8_t frame[60] = {0};
    struct iovec pieces[] = {{frame, SIZE_MAX}, {frame, SIZE_MAX}};

    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        EXPECT(l2tp_session_transmit_iov(host.session, pieces, counts[i]) != 0);
        EXPECT(l2tp_session_transmit_iov(host.session, NULL, counts[i]) != 0);
    }
    EXPECT(l2tp_session_transmit_iov(host.session, pieces, 2) != 0);
    EXPECT(l2tp_session_transmit_iov(host.session, pieces, 1) != 0);
    EXPECT(l2tp_session_transmit(host.session, frame, 0) != 0);
    EXPECT(l2tp_session_transmit(host.session, NULL, 0) != 0);
    EXPECT(l2tp_session_transmit(host.session, frame, SIZE_MAX) != 0);
    EXPECT(l2tp_session_transmit(host.session, frame, (size_t)1 << 32) != 0);
    /* Calls nobody has asked for. */
    l2tp_session_delivered(host.session, 60);
    l2tp_session_delivered(host.session, -1);
    l2tp_session_writable(host.session);
    l2tp_session_readable(host.session);
    l2tp_session_timer(host.session);
    l2tp_session_run(host.session);
    l2tp_session_set_link(host.session, -5);
    l2tp_session_set_link(host.session, 1);
    l2tp_session_set_vnet_header_length(host.session, -1);
    l2tp_session_set_offloads(host.session, UINT32_MAX);
    EXPECT_NUMBER(wire_receive(&wire, frame, sizeof(frame)), -1);
    EXPECT(l2tp_session_transmit(host.session, frame, sizeof(frame)) == 60);
    host_expect_info(&host, "frames tx 1 rx 0, drops 14 (");
    EXPECT(!strstr(host.info, "internal errors"));
    host_expect_report(&host, "1: l2tpv3 netdev 'n0': frames of the guest are "
                              "dropped: runt from guest");
    host_close(&host);
    wire_close(&wire);
}

/* The runtime turns the bad access into an exception, which must not leave. */
SCENARIO(an_exception_stays_inside_and_is_said_once)
{
    struct host host;
    struct wire wire;

    wire_open(&wire, "");
    host_open(&host, wire.options);
    for (int i = 0; i < 3; i++) {
        EXPECT(l2tp_session_transmit_iov(host.session, NULL, 2) != 0);
    }
    host_expect_info(&host, ", internal errors 3");
    host_expect_report(&host,
                       "2: l2tpv3 netdev 'n0': internal error, please report");
    host_close(&host);
    wire_close(&wire);
}

SCENARIO(options_that_cannot_be_read_are_refused_in_words)
{
    static const char *const wrong[] = {
        "",
        "{",
        "[]",
        "null",
        "7",
        "{}",
        "{\"id\"",
        "{\"id\":}",
        "{\"id\": 7}",
        "{\"id\": null}",
        "{\"id\": \"\\ud800\"}",
        "{\"id\": \"\xff\xfe\"}",
        "{\"\xff\": 1}",
        "{\"id\": \"n0\", \"udp\": \"yes\"}",
        "{\"id\": \"n0\", \"udp\": 1}",
        "{\"id\": \"n0\", \"txsession\": -1}",
        "{\"id\": \"n0\", \"txsession\": 4294967296}",
        "{\"id\": \"n0\", \"txsession\": 1e99}",
        "{\"id\": \"n0\", \"txsession\": true}",
        "{\"id\": \"n0\", \"txcookie\": 18446744073709551616}",
        "{\"id\": \"n0\", \"x\": [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["
        "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[",
        "{\"id\": \"n0\"} {\"id\": \"n1\"}",
        "{\"id\": \"n0\", \"src\": {}}",
        "{\"id\": \"n0\", \"src\": []}",
    };
    struct host host;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        const struct l2tp_session_config config = host_config(&host, wrong[i]);

        expect_refused(&config, EINVAL, "l2tpv3 netdev '");
    }
}

SCENARIO(an_error_is_cut_to_its_buffer)
{
    struct host host;
    const struct l2tp_session_config config = host_config(&host, "{}");
    struct l2tp_session *session;
    char whole[512];

    EXPECT_NUMBER(l2tp_session_open(&config, &session, whole, sizeof(whole)),
                  -EINVAL);
    for (size_t size = 0; size <= strlen(whole) + 1; size++) {
        /* On the heap, where the sanitizer watches its end. */
        char *part = malloc(size + 1);

        part[size] = 'x';
        l2tp_session_open(&config, &session, part, size);
        EXPECT(part[size] == 'x');
        EXPECT(size == 0 || strlen(part) == size - 1);
        EXPECT(size == 0 || strncmp(part, whole, size - 1) == 0);
        free(part);
    }
}
