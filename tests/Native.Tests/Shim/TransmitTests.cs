// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>Guest to wire: shim-scenarios/transmit.c, a function for each test here, with each known release.</summary>
public sealed class TransmitTests
{
    [Theory]
    [MemberData(nameof(Releases.All), MemberType = typeof(Releases))]
    public void A_frame_of_the_guest_reaches_the_session(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_frame_of_the_guest_reaches_the_session));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_frame_the_session_refuses_waits_until_it_resumes(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_frame_the_session_refuses_waits_until_it_resumes));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_nic_asks_the_session_whether_it_may_send(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_nic_asks_the_session_whether_it_may_send));

    [Theory]
    [MemberData(nameof(Releases.All), MemberType = typeof(Releases))]
    public void The_vnet_header_is_negotiated_with_the_session(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(The_vnet_header_is_negotiated_with_the_session));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_vnet_header_length_dies_with_its_nic(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_vnet_header_length_dies_with_its_nic));

    [Theory]
    [MemberData(nameof(Releases.All), MemberType = typeof(Releases))]
    public void Each_offload_keeps_its_meaning(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Each_offload_keeps_its_meaning));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_change_of_the_link_reaches_the_session(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_change_of_the_link_reaches_the_session));
}
