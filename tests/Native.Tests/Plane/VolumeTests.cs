// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>What grows: plane-scenarios/volume.c, a function for each test here. Without sanitizers: they keep freed memory on purpose.</summary>
public sealed class VolumeTests
{
    [Fact]
    public void A_million_frames_to_the_wire_leave_no_trace() =>
        Scenario.HoldsWithPlane(PlaneDriver.Plain(), nameof(A_million_frames_to_the_wire_leave_no_trace));

    [Fact]
    public void A_million_frames_to_the_guest_leave_no_trace() =>
        Scenario.HoldsWithPlane(PlaneDriver.Plain(), nameof(A_million_frames_to_the_guest_leave_no_trace));

    [Fact]
    public void A_thousand_sessions_leave_no_trace() =>
        Scenario.HoldsWithPlane(PlaneDriver.Plain(), nameof(A_thousand_sessions_leave_no_trace));
}
