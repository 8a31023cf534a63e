// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

/// <summary>The default L2-specific sublayer (RFC 3931, 4.6) and cookies of their own per direction, byte by byte.</summary>
public sealed class SublayerTests
{
    private static readonly byte[] s_session = [0xA1, 0xB2, 0xC3, 0xD4];

    [Fact]
    public void Without_numbers_the_word_is_0()
    {
        Encapsulation encapsulation = new(TestSession.Parameters(Carrier.RawIpv6) with { Sublayer = Sublayer.Plain });

        Assert.Equal([.. s_session, 0, 0, 0, 0], Write(encapsulation));
        Assert.Equal([.. s_session, 0, 0, 0, 0], Write(encapsulation));
    }

    [Fact]
    public void Numbers_begin_at_0_behind_the_S_bit()
    {
        Encapsulation encapsulation = new(TestSession.Parameters(Carrier.Udp, 4) with { Sublayer = Sublayer.Numbered });
        byte[] before = [0x00, 0x03, 0x00, 0x00, .. s_session, 0x55, 0x66, 0x77, 0x88];

        Assert.Equal([.. before, 0x40, 0x00, 0x00, 0x00], Write(encapsulation));
        Assert.Equal([.. before, 0x40, 0x00, 0x00, 0x01], Write(encapsulation));
    }

    [Fact]
    public void After_2_to_the_24_frames_the_numbers_begin_anew()
    {
        Encapsulation encapsulation = new(TestSession.Parameters(Carrier.RawIpv6) with { Sublayer = Sublayer.Numbered });
        byte[] header = new byte[encapsulation.HeaderLength];
        for (int i = 0; i < (1 << 24); i++)
        {
            encapsulation.Write(header);
        }

        Assert.Equal([.. s_session, 0x40, 0xFF, 0xFF, 0xFF], header);
        Assert.Equal([.. s_session, 0x40, 0x00, 0x00, 0x00], Write(encapsulation));
    }

    [Theory]
    [InlineData(0x4000_0000u, true, 0u)]
    [InlineData(0x40FF_FFFFu, true, 0xFF_FFFFu)]
    [InlineData(0xFFAB_CDEFu, true, 0xAB_CDEFu)]
    [InlineData(0x0000_0007u, false, 7u)]
    [InlineData(0xBF00_0007u, false, 7u)]
    public void A_number_is_there_when_the_S_bit_is(uint word, bool isThere, uint number)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6, 8, offset: 2) with { Sublayer = Sublayer.Plain };
        Encapsulation encapsulation = new(parameters);
        byte[] datagram =
        [
            0x01, 0x02, 0x03, 0x04, 0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x01,
            (byte)(word >> 24), (byte)(word >> 16), (byte)(word >> 8), (byte)word, 0xEE, 0xEE, .. new byte[60],
        ];

        Assert.Equal(DropReason.None, encapsulation.TryOpen(datagram, out int frameOffset));
        Assert.Equal(18, frameOffset);
        Assert.Equal(isThere, encapsulation.TryReadNumber(datagram, frameOffset, out uint read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0, 8)]
    [InlineData(4, 0)]
    [InlineData(4, 8)]
    [InlineData(8, 0)]
    [InlineData(8, 4)]
    public void Each_direction_has_a_cookie_of_its_own_size(int transmit, int receive)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6) with { TransmitCookieLength = transmit, ReceiveCookieLength = receive };
        Encapsulation encapsulation = new(parameters);
        byte[] sent = [0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77, 0x88];
        byte[] expected = [0x99, 0xAA, 0xBB, 0xCC, 0xDD, 0xEE, 0xFF, 0x01];
        byte[] datagram = [0x01, 0x02, 0x03, 0x04, .. expected[(8 - receive)..], .. new byte[60]];

        Assert.Equal([.. s_session, .. sent[(8 - transmit)..]], Write(encapsulation));
        Assert.Equal(DropReason.None, encapsulation.TryOpen(datagram, out int frameOffset));
        Assert.Equal(4 + receive, frameOffset);
        Assert.Equal(DropReason.ShortHeader, encapsulation.TryOpen(datagram.AsSpan(0, 3 + receive), out _));
    }

    /// <summary>RFC 8159, 5: while keys roll over, the old and the new cookie are both good.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(8)]
    public void A_second_cookie_is_accepted_beside_the_first(int length)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6, length) with { SecondReceiveCookie = 0x0F0E0D0C0B0A0908 };
        Encapsulation encapsulation = new(parameters);

        Assert.Equal(DropReason.None, encapsulation.TryOpen(TestSession.DatagramFor(parameters, 60), out _));
        Assert.Equal(DropReason.None, encapsulation.TryOpen(TestSession.DatagramFor(parameters with { ReceiveCookie = 0x0F0E0D0C0B0A0908 }, 60), out _));
        Assert.Equal(DropReason.WrongCookie, encapsulation.TryOpen(TestSession.DatagramFor(parameters with { ReceiveCookie = 0x0F0E0D0C0B0A0909 }, 60), out _));
    }

    [Theory]
    [InlineData(Sublayer.Plain, CounterMode.Pinned)]
    [InlineData(Sublayer.Numbered, CounterMode.Counting)]
    public void A_sublayer_and_a_counter_word_exclude_each_other(Sublayer sublayer, CounterMode counter)
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.Udp, counter: counter) with { Sublayer = sublayer };
        Assert.Throws<ArgumentOutOfRangeException>(() => new Encapsulation(parameters));
    }

    private static byte[] Write(Encapsulation encapsulation)
    {
        byte[] written = [.. Enumerable.Repeat((byte)0xEE, encapsulation.HeaderLength)];
        encapsulation.Write(written);
        return written;
    }
}
