// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Wire;
using Packets.Tests.L2tp;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.Wire;

/// <summary>The IPv4 header in front of what a raw socket delivers (RFC 791, 3.1).</summary>
public sealed class Ipv4HeaderTests
{
    /// <summary>The stock backend takes every header for 20 bytes.</summary>
    [Theory]
    [MemberData(nameof(Words), 5, 15)]
    public void The_frame_is_found_behind_IP_options(int lengthInWords)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv4, 8);
        byte[] datagram = TestSession.DatagramFor(parameters, 60, lengthInWords);

        Assert.Equal(DropReason.None, new Encapsulation(parameters).TryOpen(datagram, out int frameOffset));
        Assert.Equal((lengthInWords * 4) + 4 + 8, frameOffset);
    }

    [Theory]
    [MemberData(nameof(Words), 0, 4)]
    public void A_header_length_below_20_bytes_is_refused(int lengthInWords)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv4);
        byte[] datagram = TestSession.DatagramFor(parameters, 60);
        datagram[0] = (byte)(0x40 | lengthInWords);
        Assert.Equal(DropReason.BadIpHeader, new Encapsulation(parameters).TryOpen(datagram, out _));
    }

    [Theory]
    [MemberData(nameof(Words), 5, 15)]
    public void A_header_that_says_more_than_there_is_is_refused(int lengthInWords)
    {
        using BoundedMemory memory = new(64);
        byte[] header = TestSession.IpHeaderOf(Carrier.RawIpv4, lengthInWords);
        for (int length = 0; length < header.Length; length++)
        {
            Assert.False(Ipv4Header.TryView(memory.CopyToEnd(header.AsSpan(0, length)), out _));
        }

        Assert.True(Ipv4Header.TryView(memory.CopyToEnd(header), out Ipv4Header view));
        Assert.Equal(header.Length, view.HeaderLength);
    }

    [Theory]
    [MemberData(nameof(Words), 0, 15)]
    public void Only_version_4_is_IPv4(int version)
    {
        byte[] header = new byte[20];
        header[0] = (byte)((version << 4) | 5);
        Assert.Equal(version == 4, Ipv4Header.TryView(header, out _));
    }

    public static TheoryData<int> Words(int first, int last)
    {
        TheoryData<int> words = [];
        for (int i = first; i <= last; i++)
        {
            words.Add(i);
        }

        return words;
    }
}
