// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Options;

/// <summary>The rules that QEMU's schema cannot say. Each message names the option and the remedy.</summary>
public sealed class NetdevOptionsTests
{
    private static readonly NetdevOptions s_good = new()
    {
        Id = "n0",
        Source = "192.0.2.1",
        Destination = "192.0.2.2",
        SourcePort = "1701",
        DestinationPort = "1701",
        Udp = true,
        TransmitSessionId = 1,
    };

    [Fact]
    public void The_receive_session_is_the_transmit_session_unless_given()
    {
        Assert.Equal(1u, s_good.ToSessionParameters().ReceiveSessionId);
        Assert.Equal(2u, (s_good with { ReceiveSessionId = 2 }).ToSessionParameters().ReceiveSessionId);
        Assert.Equal(0u, (s_good with { ReceiveSessionId = 0 }).ToSessionParameters().ReceiveSessionId);
    }

    [Theory]
    [InlineData(true, false, Carrier.Udp)]
    [InlineData(true, true, Carrier.Udp)]
    [InlineData(false, false, Carrier.RawIpv4)]
    [InlineData(false, true, Carrier.RawIpv6)]
    public void Udp_and_ipv6_choose_the_carrier(bool udp, bool ipv6, Carrier carrier) =>
        Assert.Equal(carrier, (s_good with { Udp = udp, Ipv6 = ipv6 }).ToSessionParameters().Carrier);

    /// <summary>The stock backend takes the mere presence of cookie64 for on.</summary>
    [Theory]
    [InlineData(false, 4)]
    [InlineData(true, 8)]
    public void Cookie64_off_means_32_bit_cookies(bool cookie64, int length)
    {
        SessionParameters parameters = (s_good with { Cookie64 = cookie64, TransmitCookie = 1, ReceiveCookie = 2 }).ToSessionParameters();
        Assert.Equal(length, parameters.CookieLength);
        Assert.Equal(1u, parameters.TransmitCookie);
        Assert.Equal(2u, parameters.ReceiveCookie);
    }

    [Fact]
    public void Cookie64_without_a_cookie_means_no_cookie() => Assert.Equal(0, (s_good with { Cookie64 = true }).ToSessionParameters().CookieLength);

    /// <summary>The stock backend writes a word for pincounter=on alone without making room for it.</summary>
    [Theory]
    [InlineData(false, false, CounterMode.None)]
    [InlineData(true, false, CounterMode.Counting)]
    [InlineData(false, true, CounterMode.Pinned)]
    [InlineData(true, true, CounterMode.Pinned)]
    public void Pincounter_alone_has_a_counter_word_pinned_at_0(bool counter, bool pinCounter, CounterMode mode) =>
        Assert.Equal(mode, (s_good with { Counter = counter, PinCounter = pinCounter }).ToSessionParameters().Counter);

    [Fact]
    public void An_offset_of_256_bytes_is_the_longest()
    {
        Assert.Equal(256, (s_good with { Offset = 256 }).ToSessionParameters().Offset);
        AssertRefused(s_good with { Offset = 257 }, "offset=257 is too large; give at most 256");
        AssertRefused(s_good with { Offset = uint.MaxValue }, "offset=4294967295 is too large; give at most 256");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Src_and_dst_are_needed(string? nothing)
    {
        AssertRefused(s_good with { Source = nothing }, "src= is missing; give the address of this end");
        AssertRefused(s_good with { Destination = nothing }, "dst= is missing; give the address of the peer");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Udp_needs_both_ports(string? nothing)
    {
        AssertRefused(s_good with { SourcePort = nothing }, "udp=on needs srcport=; give the UDP port of this end");
        AssertRefused(s_good with { DestinationPort = nothing }, "udp=on needs dstport=; give the UDP port of the peer");
    }

    [Fact]
    public void Raw_IP_needs_no_ports() => _ = (s_good with { Udp = false, SourcePort = null, DestinationPort = null }).ToSessionParameters();

    [Fact]
    public void Txsession_is_needed() =>
        AssertRefused(s_good with { TransmitSessionId = null, ReceiveSessionId = 1 }, "txsession= is missing; give the session id that the peer expects");

    [Fact]
    public void One_cookie_of_two_is_refused()
    {
        AssertRefused(s_good with { TransmitCookie = 1 }, "rxcookie= is missing; give both cookies or none");
        AssertRefused(s_good with { ReceiveCookie = 1 }, "txcookie= is missing; give both cookies or none");
    }

    [Fact]
    public void A_cookie_wider_than_32_bits_needs_cookie64()
    {
        const ulong wide = 1UL << 32;
        AssertRefused(s_good with { TransmitCookie = wide, ReceiveCookie = 1 }, "txcookie= is wider than 32 bits; add cookie64=on or give a shorter cookie");
        AssertRefused(s_good with { TransmitCookie = 1, ReceiveCookie = wide }, "rxcookie= is wider than 32 bits; add cookie64=on or give a shorter cookie");
        _ = (s_good with { TransmitCookie = uint.MaxValue, ReceiveCookie = uint.MaxValue }).ToSessionParameters();
        _ = (s_good with { TransmitCookie = wide, ReceiveCookie = wide, Cookie64 = true }).ToSessionParameters();
    }

    private static void AssertRefused(NetdevOptions options, string message)
    {
        OptionException e = Assert.Throws<OptionException>(options.ToSessionParameters);
        Assert.Equal(message, e.Message);
        Assert.Equal(LinuxConstants.EINVAL, e.Errno);
    }
}
