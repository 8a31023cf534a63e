/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Who makes the netdev, and with what. */
#include "shim_scenarios.h"

NetClientState *add_netdev(const char *id)
{
    char *error = NULL;
    NetClientState *client = fake_netdev_add(id, "{}", &error);

    EXPECT(client);
    fake_plane_take_calls();
    return client;
}

SCENARIO(the_netdev_is_ours, .releases = EVERY_RELEASE)
{
    NetClientState *client = add_netdev("n0");

    EXPECT_NUMBER(fake_stock_calls, 0);
    EXPECT_NUMBER(fake_plane_open_count(), 1);
    EXPECT_TEXT(client->model, "l2tpv3");
    EXPECT_NUMBER(client->info->type, 4);
    fake_netdev_del(client);
}

SCENARIO(the_netdev_is_qemus_own, .settings = "off")
{
    NetClientState *client = add_netdev("n0");

    EXPECT_NUMBER(fake_stock_calls, 1);
    EXPECT_NUMBER(fake_plane_open_count(), 0);
    EXPECT_TEXT(client->model, "stock l2tpv3");
    fake_netdev_del(client);
}

SCENARIO(options_and_settings_arrive_as_text,
         .settings = "n0.source-check=off,a=b")
{
    const char *json = "{\"id\": \"n\\u00e4\", \"txcookie\": 1}";
    char *error = NULL;
    NetClientState *client = fake_netdev_add("n0", json, &error);

    EXPECT(client);
    EXPECT_TEXT(fake_plane_options(), json);
    /* The test sets it in the environment. */
    EXPECT_TEXT(fake_plane_settings(), "n0.source-check=off,a=b");
    fake_netdev_del(client);
}

SCENARIO(options_that_cannot_be_read_make_no_netdev)
{
    char *error = NULL;

    fake_visit_error = "Parameter 'x' is 100% wrong";
    EXPECT(!fake_netdev_add("n0", "{}", &error));
    EXPECT_TEXT(error, fake_visit_error);
    EXPECT_NUMBER(fake_client_count(), 0);
    EXPECT_NUMBER(fake_plane_open_count(), 0);
    free(error);
}

static void expect_refused(void)
{
    char *error = NULL;

    EXPECT(!fake_netdev_add("n0", "{}", &error));
    EXPECT_TEXT(error, "do not fit");
    EXPECT_NUMBER(fake_client_count(), 0);
    EXPECT_NUMBER(fake_plane_open_count(), 0);
    free(error);
}

SCENARIO(a_plane_of_another_version_or_size_is_refused)
{
    const struct fake_plane right = fake_plane;

    fake_plane.abi_version++;
    expect_refused();
    fake_plane = right;
    fake_plane.config_size += 8;
    expect_refused();
    fake_plane = right;
    fake_netdev_del(add_netdev("n0"));
}

static int starts;

static void expect_hidden(void)
{
    starts++;
    EXPECT(!getenv("DOTNET_GCHeapHardLimit"));
    EXPECT(!getenv("DOTNET_gcServer"));
    EXPECT_TEXT(getenv("DOTNETTED"), "3");
    EXPECT_TEXT(getenv("L2TPV3_TEST"), "4");
}

SCENARIO(variables_of_another_dotnet_program_are_hidden_while_the_plane_starts)
{
    NetClientState *first;
    NetClientState *second;
    char *error = NULL;

    setenv("DOTNET_GCHeapHardLimit", "1", 1);
    setenv("L2TPV3_TEST", "4", 1);
    setenv("DOTNET_gcServer", "2", 1);
    setenv("DOTNETTED", "3", 1);
    fake_plane.starting = expect_hidden;
    first = fake_netdev_add("n0", "{}", &error);
    second = fake_netdev_add("n1", "{}", &error);
    EXPECT(first && second);
    EXPECT_NUMBER(starts, 1);
    EXPECT_TEXT(getenv("DOTNET_GCHeapHardLimit"), "1");
    EXPECT_TEXT(getenv("DOTNET_gcServer"), "2");
    EXPECT_TEXT(getenv("DOTNETTED"), "3");
    EXPECT_TEXT(getenv("L2TPV3_TEST"), "4");
    fake_netdev_del(first);
    fake_netdev_del(second);
}
