// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>
/// The published plugin, preloaded into the fake QEMU of each known release: preload-scenarios/preload.c, a function for
/// each test here.
/// </summary>
public sealed class PreloadTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Frames_pass_both_ways(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(Frames_pass_both_ways));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_burst_leaves_in_order_at_its_end(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_burst_leaves_in_order_at_its_end));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_nic_without_room_gets_the_rest_when_it_has_some(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_nic_without_room_gets_the_rest_when_it_has_some));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_vm_that_is_stopped_loses_nothing(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_vm_that_is_stopped_loses_nothing));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_short_frame_is_padded_for_the_nic_that_wants_it(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_short_frame_is_padded_for_the_nic_that_wants_it));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_socket_that_came_after_the_start_is_not_inherited(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_socket_that_came_after_the_start_is_not_inherited));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_bad_option_makes_no_netdev(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_bad_option_makes_no_netdev));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_bad_setting_makes_no_netdev(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_bad_setting_makes_no_netdev), "nonsense");

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdev_del_gives_the_port_back(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(Netdev_del_gives_the_port_back));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_peer_that_is_not_there_is_said_once(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(A_peer_that_is_not_there_is_said_once));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Netdevs_come_and_go_with_traffic_in_flight(int release) =>
        Scenario.HoldsPreloaded(FakeQemu.ForPreload(release), nameof(Netdevs_come_and_go_with_traffic_in_flight));
}
