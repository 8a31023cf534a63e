/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A netdev's properties, from qom-get and qom-set to the session. */
#include "shim_scenarios.h"

/* Longer than what the shim has room for at first. */
#define LONG_SIZE 20000

static void expect_get(const char *path, const char *name, const char *value)
{
    char *text;

    EXPECT(fake_qom_get(path, name, &text));
    EXPECT_TEXT(text, value);
    free(text);
}

SCENARIO(a_property_is_what_the_session_says)
{
    NetClientState *client = add_netdev("n0");
    char *text;

    fake_plane.value = "{\"frames\": 1}";
    expect_get("/l2tpv3/n0", "report", fake_plane.value);
    expect_get("/l2tpv3/n0", "peer", fake_plane.value);
    EXPECT_TEXT(fake_plane_take_calls(), "get report\nget peer\n");
    EXPECT(!fake_qom_get("/l2tpv3/n0", "secret", &text) && !text);
    EXPECT(!fake_qom_get("/l2tpv3/n1", "peer", &text) && !text);
    EXPECT_TEXT(fake_plane_take_calls(), "");

    fake_plane.value = "no JSON";
    EXPECT(!fake_qom_get("/l2tpv3/n0", "report", &text));
    EXPECT_TEXT(text, "not JSON");
    free(text);
    fake_plane.value = NULL;
    EXPECT(!fake_qom_get("/l2tpv3/n0", "peer", &text));
    EXPECT_TEXT(text, "l2tpv3: the property cannot be read");
    free(text);
    fake_netdev_del(client);
}

SCENARIO(a_long_property_arrives_whole)
{
    NetClientState *client = add_netdev("n0");
    char *value = malloc(LONG_SIZE + 1);

    memset(value, 'x', LONG_SIZE);
    value[0] = '{';
    value[LONG_SIZE] = '\0';
    fake_plane.value = value;
    expect_get("/l2tpv3/n0", "report", value);
    expect_get("/l2tpv3/n0", "peer", value);
    fake_plane.value = NULL;
    free(value);
    fake_netdev_del(client);
}

SCENARIO(a_property_that_is_set_reaches_the_session)
{
    NetClientState *client = add_netdev("n0");
    char *text;

    EXPECT(fake_qom_set("/l2tpv3/n0", "peer", "192.0.2.1:1701", &text));
    EXPECT(fake_qom_set("/l2tpv3/n0", "secret", "%n%s", &text));
    EXPECT(!fake_qom_set("/l2tpv3/n0", "report", "{}", &text) && !text);
    EXPECT_TEXT(fake_plane_take_calls(),
                "set peer 192.0.2.1:1701\nset secret %n%s\n");
    fake_netdev_del(client);
}

SCENARIO(a_value_the_session_refuses_is_an_error)
{
    NetClientState *client = add_netdev("n0");
    char *text;

    fake_plane.set_error = "dst=%s is nowhere";
    EXPECT(!fake_qom_set("/l2tpv3/n0", "peer", "x", &text));
    EXPECT_TEXT(text, fake_plane.set_error);
    free(text);
    fake_netdev_del(client);
}

SCENARIO(an_object_goes_with_its_netdev)
{
    NetClientState *client = add_netdev("n0");
    struct fake_nic *nic = fake_nic_add(client, true);
    char *text;

    EXPECT_NUMBER(fake_object_count(), 3);
    fake_netdev_del(client);
    fake_nic_del(nic);
    EXPECT_NUMBER(fake_object_count(), 2);
    EXPECT(!fake_qom_get("/l2tpv3/n0", "peer", &text) && !text);
    /* Its name is free again. */
    client = add_netdev("n0");
    fake_plane.value = "here";
    expect_get("/l2tpv3/n0", "peer", "here");
    fake_netdev_del(client);
    EXPECT_TEXT(fake_take_reports(), "");
}

SCENARIO(a_name_is_the_newest_netdevs)
{
    NetClientState *other = add_netdev("n1");
    NetClientState *first = add_netdev("n0");
    NetClientState *second = add_netdev("n0");
    char *text;

    EXPECT_NUMBER(fake_object_count(), 4);
    EXPECT_TEXT(fake_take_reports(), "");
    fake_netdev_del(first);
    fake_plane.value = "here";
    expect_get("/l2tpv3/n0", "peer", "here");
    fake_netdev_del(second);
    EXPECT(!fake_qom_get("/l2tpv3/n0", "peer", &text) && !text);
    expect_get("/l2tpv3/n1", "peer", "here");
    fake_netdev_del(other);
    EXPECT_NUMBER(fake_object_count(), 2);
}

SCENARIO(a_name_that_is_no_path_has_no_object)
{
    NetClientState *first = add_netdev("a/b");
    NetClientState *second = add_netdev("n[*]");

    EXPECT_NUMBER(fake_object_count(), 2);
    EXPECT_TEXT(fake_take_reports(), "");
    fake_netdev_del(first);
    fake_netdev_del(second);
}

SCENARIO(a_qemu_without_objects_has_netdevs, .qemu = "no-objects")
{
    char *error = NULL;
    NetClientState *client = fake_netdev_add("n0", "{}", &error);
    char *text;

    EXPECT(client && !error);
    EXPECT_TEXT(fake_take_reports(),
                "warning: l2tpv3: this QEMU lacks object_new, so qom-get and "
                "qom-set find no /l2tpv3; l2tpv3-stat still works\n");
    fake_netdev_del(add_netdev("n1"));
    EXPECT(!fake_qom_get("/l2tpv3/n0", "peer", &text) && !text);
    fake_netdev_del(client);
    EXPECT_NUMBER(fake_plane_open_count(), 0);
}
