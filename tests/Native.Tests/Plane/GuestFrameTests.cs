// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>Frames of the guest, in any shape: plane-scenarios/transmit.c, a function for each test here.</summary>
public sealed class GuestFrameTests
{
    [Fact]
    public void A_frame_in_any_number_of_pieces_is_one_datagram() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(A_frame_in_any_number_of_pieces_is_one_datagram));

    [Fact]
    public void Frames_of_every_length_are_sent_or_counted() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Frames_of_every_length_are_sent_or_counted));

    [Fact]
    public void What_waits_at_close_is_sent() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(What_waits_at_close_is_sent));
}
