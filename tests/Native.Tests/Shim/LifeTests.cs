// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>From netdev_add to the last callback: shim-scenarios/life.c, a function for each test here, with each known release.</summary>
public sealed class LifeTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_session_that_cannot_open_leaves_nothing(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_session_that_cannot_open_leaves_nothing));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdev_del_closes_the_session(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Netdev_del_closes_the_session));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdev_del_under_a_nic_follows_the_release(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Netdev_del_under_a_nic_follows_the_release));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Frames_queued_at_the_nic_are_purged_before_the_session_closes(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Frames_queued_at_the_nic_are_purged_before_the_session_closes));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Nothing_is_called_after_cleanup(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Nothing_is_called_after_cleanup));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_netdev_outlives_its_nic(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_netdev_outlives_its_nic));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Sixty_four_netdevs_do_not_mix(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Sixty_four_netdevs_do_not_mix));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_thousand_netdevs_come_and_go(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_thousand_netdevs_come_and_go));
}
