// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>Netdevs of the command line become ours: plugin-scenarios/adopt.c, a function for each test here, with each known release.</summary>
public sealed class AdoptTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_netdev_of_the_command_line_becomes_ours(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(A_netdev_of_the_command_line_becomes_ours));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Each_header_is_read_back(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(Each_header_is_read_back));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void What_the_user_wrote_wins_over_what_the_backend_made_of_it(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(What_the_user_wrote_wins_over_what_the_backend_made_of_it));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void An_adopted_netdev_serves_its_nic(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(An_adopted_netdev_serves_its_nic));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void An_adopted_netdev_goes_as_any_other(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(An_adopted_netdev_goes_as_any_other));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Sixty_four_netdevs_become_ours(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(Sixty_four_netdevs_become_ours));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdevs_added_later_are_made_ours(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(Netdevs_added_later_are_made_ours));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdevs_of_other_kinds_stay_as_they_are(int release) =>
        Scenario.Holds(FakeQemu.ForPlugin(release), nameof(Netdevs_of_other_kinds_stay_as_they_are));
}
