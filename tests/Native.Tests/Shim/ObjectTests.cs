// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>/l2tpv3/ID of QEMU's object tree: shim-scenarios/objects.c, a function for each test here, with each known release.</summary>
public sealed class ObjectTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_property_is_what_the_session_says(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_property_is_what_the_session_says));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_long_property_arrives_whole(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_long_property_arrives_whole));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_property_that_is_set_reaches_the_session(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_property_that_is_set_reaches_the_session));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_value_the_session_refuses_is_an_error(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_value_the_session_refuses_is_an_error));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void An_object_goes_with_its_netdev(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(An_object_goes_with_its_netdev));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_name_is_the_newest_netdevs(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_name_is_the_newest_netdevs));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_name_that_is_no_path_has_no_object(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_name_that_is_no_path_has_no_object));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_qemu_without_objects_has_netdevs(int release) =>
        Scenario.Holds(
            FakeQemu.WithShim(release, "-no-objects", "objects.c", "-Dobject_new=other_object_new"),
            nameof(A_qemu_without_objects_has_netdevs));
}
