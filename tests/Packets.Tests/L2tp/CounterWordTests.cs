// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace Packets.Tests.L2tp;

public sealed class CounterWordTests
{
    [Fact]
    public void The_first_frame_is_number_1()
    {
        CounterWord counter = default;
        Assert.Equal(1u, counter.Next());
        Assert.Equal(2u, counter.Next());
    }

    [Fact]
    public void The_counter_wraps_within_24_bits()
    {
        CounterWord counter = new(0x00FF_FFFE);
        Assert.Equal(0x00FF_FFFFu, counter.Next());
        Assert.Equal(0u, counter.Next());
        Assert.Equal(1u, counter.Next());
    }

    /// <summary>
    /// The stock backend counts in 32 bits. After 2^30 frames bit 30 is set, which a Linux peer with l2spec_type default
    /// takes for the S flag of RFC 3931, 4.6, and from then on it drops what is out of order.
    /// </summary>
    [Fact]
    public void The_counter_keeps_bit_30_clear_for_ever()
    {
        CounterWord counter = default;
        uint seen = 0;

        // One round and a bit: all the states there are.
        for (int i = 0; i < (1 << 24) + 2; i++)
        {
            seen |= counter.Next();
        }

        Assert.Equal(0x00FF_FFFFu, seen);
    }

    [Theory]
    [InlineData(0x3FFF_FFFFu)]
    [InlineData(0x7FFF_FFFFu)]
    [InlineData(uint.MaxValue)]
    public void A_counter_that_goes_on_from_a_wide_number_is_within_24_bits_too(uint last)
    {
        CounterWord counter = new(last);
        Assert.Equal(0u, counter.Next());
    }

    [Fact]
    public void The_wrap_on_the_wire_is_zeros_after_three_bytes_of_ones()
    {
        Encapsulation encapsulation = new(TestSession.Parameters(Carrier.RawIpv6, 0, CounterMode.Counting), new CounterWord(0x00FF_FFFE));
        byte[] header = new byte[encapsulation.HeaderLength];

        encapsulation.Write(header);
        Assert.Equal<byte>([0x00, 0xFF, 0xFF, 0xFF], header[4..]);

        encapsulation.Write(header);
        Assert.Equal<byte>([0x00, 0x00, 0x00, 0x00], header[4..]);
    }

    [Fact]
    public void The_number_that_comes_is_not_looked_at()
    {
        SessionParameters parameters = TestSession.Parameters(Carrier.RawIpv6, 0, CounterMode.Counting);
        byte[] datagram = TestSession.DatagramFor(parameters, 60);
        datagram.AsSpan(4, 4).Fill(0xFF);
        Assert.Equal(DropReason.None, new Encapsulation(parameters).TryOpen(datagram, out _));
    }
}
