// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using Packets.Tests.L2tp;

namespace Packets.Tests;

/// <summary>What is refused, and under which name.</summary>
public sealed class DropReasonTests
{
    [Fact]
    public void A_control_message_is_refused_before_its_version_is_looked_at()
    {
        Assert.Equal(DropReason.ControlMessage, OpenUdp([0x80, 0x03, 0x00, 0x00]));
        Assert.Equal(DropReason.ControlMessage, OpenUdp([0xC8, 0x02, 0x00, 0x00]));
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void Only_version_3_is_accepted(byte version)
    {
        Assert.Equal(version == 3 ? DropReason.None : DropReason.WrongVersion, OpenUdp([0x00, version, 0x00, 0x00]));
    }

    /// <summary>RFC 3931, 4.1.2.1: the x bits and the reserved half are sent as 0 and ignored when they come.</summary>
    [Fact]
    public void The_reserved_bits_of_the_version_word_are_ignored()
    {
        const uint reserved = 0x7FF0_FFFF;
        for (int bit = 0; bit < 32; bit++)
        {
            uint flags = 0x0003_0000u | (reserved & (1u << bit));
            Assert.Equal(DropReason.None, OpenUdp([(byte)(flags >> 24), (byte)(flags >> 16), (byte)(flags >> 8), (byte)flags]));
        }

        Assert.Equal(DropReason.None, OpenUdp([0x7F, 0xF3, 0xFF, 0xFF]));
    }

    [Fact]
    public void A_foreign_session_is_refused_before_its_cookie_is_looked_at()
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.Udp, 8);
        byte[] datagram = TestSession.DatagramFor(parameters with { ReceiveSessionId = 7, ReceiveCookie = 8 }, 60);
        Assert.Equal(DropReason.WrongSession, new Encapsulation(parameters).TryOpen(datagram, out _));
    }

    [Theory]
    [InlineData(0x99AABBCCDDEEFF00)]
    [InlineData(0x19AABBCCDDEEFF01)]
    [InlineData(0x00000000DDEEFF01)]
    [InlineData(0xDDEEFF0199AABBCC)]
    public void A_64_bit_cookie_is_compared_in_both_halves(ulong cookie)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6, 8);
        byte[] datagram = TestSession.DatagramFor(parameters with { ReceiveCookie = cookie }, 60);
        Assert.Equal(DropReason.WrongCookie, new Encapsulation(parameters).TryOpen(datagram, out _));
    }

    [Fact]
    public void Of_a_32_bit_cookie_the_high_half_means_nothing()
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6, 4);
        byte[] datagram = TestSession.DatagramFor(parameters with { ReceiveCookie = 0xDDEEFF01 }, 60);
        Assert.Equal(DropReason.None, new Encapsulation(parameters).TryOpen(datagram, out _));
    }

    [Fact]
    public void A_frame_without_a_whole_Ethernet_header_is_a_runt()
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.Udp);
        Encapsulation encapsulation = new(parameters);
        Assert.Equal(DropReason.Runt, encapsulation.TryOpen(TestSession.DatagramFor(parameters, 13), out _));
        Assert.Equal(DropReason.None, encapsulation.TryOpen(TestSession.DatagramFor(parameters, 14), out _));
    }

    /// <summary>Static tunnels have no control channel, and over IP its messages have session id 0 (RFC 3931, 4.1.1.2).</summary>
    [Fact]
    public void A_control_message_over_IP_is_a_foreign_session()
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6);
        byte[] datagram = TestSession.DatagramFor(parameters with { ReceiveSessionId = 0 }, 60);
        Assert.Equal(DropReason.WrongSession, new Encapsulation(parameters).TryOpen(datagram, out _));
    }

    [Fact]
    public void The_reasons_are_counter_indexes_without_a_gap()
    {
        DropReason[] reasons = Enum.GetValues<DropReason>();
        Assert.Equal(DropReasons.Count, reasons.Length);
        Assert.Equal(DropReason.None, reasons[0]);
        Assert.Equal(DropReasons.Count - 1, (int)reasons[^1]);
    }

    public static TheoryData<byte> Versions()
    {
        TheoryData<byte> versions = [];
        for (byte version = 0; version <= 15; version++)
        {
            versions.Add(version);
        }

        return versions;
    }

    private static DropReason OpenUdp(byte[] flags)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.Udp);
        byte[] datagram = TestSession.DatagramFor(parameters, 60);
        flags.CopyTo(datagram, 0);
        return new Encapsulation(parameters).TryOpen(datagram, out _);
    }
}
