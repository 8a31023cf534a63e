// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Shim;

/// <summary>Wire to guest: shim-scenarios/receive.c, a function for each test here, with each known release.</summary>
public sealed class ReceiveTests
{
    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_frame_of_the_session_reaches_the_guest(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_frame_of_the_session_reaches_the_guest));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_frame_the_guest_cannot_take_is_reported_when_it_leaves(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_frame_the_guest_cannot_take_is_reported_when_it_leaves));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void A_stopped_vm_queues_one_frame_and_goes_on(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(A_stopped_vm_queues_one_frame_and_goes_on));

    [Theory]
    [MemberData(nameof(Releases.Known), MemberType = typeof(Releases))]
    public void Short_frames_are_padded_when_the_nic_wants_it(int release) =>
        Scenario.Holds(FakeQemu.WithShim(release), nameof(Short_frames_are_padded_when_the_nic_wants_it));
}
