// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

/// <summary>Parameters that make no header.</summary>
public sealed class ParameterTests
{
    [Theory]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(16)]
    public void A_cookie_has_0_or_4_or_8_bytes(int length)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Encapsulation(TestSession.Parameters(Carrier.Udp, length)));
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(257)]
    [InlineData(int.MaxValue)]
    public void An_offset_has_at_most_256_bytes(int offset)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => new Encapsulation(TestSession.Parameters(Carrier.Udp, offset: offset)));
    }

    [Fact]
    public void A_header_needs_parameters()
    {
        Assert.Throws<ArgumentNullException>(() => new Encapsulation(null!));
    }
}
