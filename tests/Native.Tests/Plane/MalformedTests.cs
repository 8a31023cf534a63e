// SPDX-License-Identifier: GPL-2.0-or-later
using Native.Tests.Toolchain;

namespace Native.Tests.Plane;

/// <summary>Datagrams that are not the peer's frames: plane-scenarios/malformed.c, a function for each test here.</summary>
public sealed class MalformedTests
{
    [Fact]
    public void Every_length_of_datagram_up_to_80_is_judged() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Every_length_of_datagram_up_to_80_is_judged));

    [Fact]
    public void Every_bit_of_the_header_is_judged() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Every_bit_of_the_header_is_judged));

    [Fact]
    public void Random_datagrams_are_never_delivered() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(Random_datagrams_are_never_delivered));

    [Fact]
    public void The_longest_datagram_arrives_whole() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(The_longest_datagram_arrives_whole));

    [Fact]
    public void A_guest_that_is_full_loses_nothing() =>
        Scenario.HoldsWithPlane(PlaneDriver.Sanitized(), nameof(A_guest_that_is_full_loses_nothing));
}
