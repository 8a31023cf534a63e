// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>What tests/Fuzz.Tests does to the data plane, without its models, to the published library: plane-scenarios/random.c.</summary>
public sealed class RandomTests
{
    [Fact]
    public void Random_frames_datagrams_and_calls_do_no_harm() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Random_frames_datagrams_and_calls_do_no_harm));
}
