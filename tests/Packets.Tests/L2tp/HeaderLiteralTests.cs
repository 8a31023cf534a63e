// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

/// <summary>Headers spelled out byte by byte, for the reader as much as for the code (RFC 3931, 4.1).</summary>
public sealed class HeaderLiteralTests
{
    [Fact]
    public void Over_UDP_the_header_is_the_version_word_and_the_session()
    {
        AssertHeader(
            TestSession.Parameters(Carrier.Udp),
            [
                0x00, 0x03, 0x00, 0x00, // T = 0, version 3, reserved
                0xA1, 0xB2, 0xC3, 0xD4, // session
            ]);
    }

    [Fact]
    public void Over_UDP_with_everything_the_order_is_version_session_cookie_counter_offset()
    {
        AssertHeader(
            TestSession.Parameters(Carrier.Udp, 8, CounterMode.Counting, 3),
            [
                0x00, 0x03, 0x00, 0x00,
                0xA1, 0xB2, 0xC3, 0xD4,
                0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88, // cookie
                0x00, 0x00, 0x00, 0x01, // the first frame is number 1
                0x00, 0x00, 0x00, // offset
            ]);
    }

    [Fact]
    public void Over_UDP_a_short_cookie_is_the_low_32_bits()
    {
        AssertHeader(
            TestSession.Parameters(Carrier.Udp, 4),
            [0x00, 0x03, 0x00, 0x00, 0xA1, 0xB2, 0xC3, 0xD4, 0x55, 0x66, 0x77, 0x88]);
    }

    [Theory]
    [InlineData(Carrier.RawIpv4)]
    [InlineData(Carrier.RawIpv6)]
    public void Over_IP_the_header_is_the_session_alone(Carrier carrier)
    {
        AssertHeader(TestSession.Parameters(carrier), [0xA1, 0xB2, 0xC3, 0xD4]);
    }

    [Theory]
    [InlineData(Carrier.RawIpv4)]
    [InlineData(Carrier.RawIpv6)]
    public void Over_IP_with_everything_the_version_word_is_the_only_difference(Carrier carrier)
    {
        AssertHeader(
            TestSession.Parameters(carrier, 8, CounterMode.Counting, 3),
            [
                0xA1, 0xB2, 0xC3, 0xD4,
                0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88,
                0x00, 0x00, 0x00, 0x01,
                0x00, 0x00, 0x00,
            ]);
    }

    [Fact]
    public void A_pinned_counter_is_a_word_of_zeros()
    {
        AssertHeader(
            TestSession.Parameters(Carrier.RawIpv6, 4, CounterMode.Pinned),
            [0xA1, 0xB2, 0xC3, 0xD4, 0x55, 0x66, 0x77, 0x88, 0x00, 0x00, 0x00, 0x00]);
    }

    [Fact]
    public void A_counter_without_a_cookie_follows_the_session()
    {
        AssertHeader(
            TestSession.Parameters(Carrier.Udp, 0, CounterMode.Counting),
            [0x00, 0x03, 0x00, 0x00, 0xA1, 0xB2, 0xC3, 0xD4, 0x00, 0x00, 0x00, 0x01]);
    }

    private static void AssertHeader(SessionParameters parameters, byte[] expected)
    {
        Encapsulation encapsulation = new(parameters);
        byte[] written = new byte[encapsulation.HeaderLength];
        encapsulation.Write(written);
        Assert.Equal(expected, written);

        // The oracle of the other tests says the same.
        Assert.Equal(expected, TestSession.HeaderOf(parameters));
    }
}
