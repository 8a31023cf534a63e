// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Wire;

/// <summary>What tos=inherit and df=inherit see of a frame.</summary>
public sealed class InnerIpTests
{
    private static readonly byte[] s_addresses = [.. Enumerable.Repeat((byte)2, 12)];

    [Theory]
    [InlineData(0xB8, 0x40, true)]
    [InlineData(0x03, 0x00, false)]
    [InlineData(0xFF, 0x3F, false)]
    public void Of_IPv4_it_is_TOS_and_DF_behind_any_tags(byte tos, byte fragment, bool dontFragment)
    {
        foreach (byte[] tags in (byte[][])[[], [0x81, 0, 0, 5], [0x88, 0xA8, 0, 6, 0x81, 0, 0, 5]])
        {
            byte[] frame = [.. s_addresses, .. tags, 0x08, 0x00, 0x45, tos, 0, 20, 0, 0, fragment, 0, 64, 6];
            Assert.Equal((tos, dontFragment), InnerIp.Read(frame));
        }
    }

    [Fact]
    public void Of_IPv6_it_is_the_traffic_class_and_DF_is_always()
    {
        Assert.Equal(((byte)0xB8, true), InnerIp.Read([.. s_addresses, 0x86, 0xDD, 0x6B, 0x8F, 0xFF, 0xFF, 0, 0, 0, 0]));
    }

    [Fact]
    public void Of_anything_else_and_of_what_is_cut_it_is_nothing()
    {
        Assert.Equal(default, InnerIp.Read([.. s_addresses, 0x08, 0x06, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]));
        byte[] frame = [.. s_addresses, 0x88, 0xA8, 0, 6, 0x81, 0, 0, 5, 0x08, 0x00, 0x45, 0xFF, 0, 20, 0, 0, 0x40];
        for (int length = 0; length < frame.Length; length++)
        {
            Assert.Equal(default, InnerIp.Read(frame.AsSpan(0, length)));
        }

        Assert.Equal(((byte)0xFF, true), InnerIp.Read(frame));
        Assert.Equal(InnerIp.LookLength, frame.Length);
    }
}
