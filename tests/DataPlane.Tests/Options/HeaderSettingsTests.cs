// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Options;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Options;

/// <summary>The settings of the header, and what they contradict.</summary>
public sealed class HeaderSettingsTests
{
    private static readonly SessionParameters s_plain = new() { Carrier = Carrier.Udp, TransmitSessionId = 1, ReceiveSessionId = 2 };

    [Theory]
    [InlineData("", Sublayer.None, false)]
    [InlineData("l2spec=none", Sublayer.None, false)]
    [InlineData("l2spec=default", Sublayer.Plain, false)]
    [InlineData("seq=none", Sublayer.None, false)]
    [InlineData("seq=none,l2spec=default", Sublayer.Plain, false)]
    [InlineData("seq=send", Sublayer.Numbered, false)]
    [InlineData("seq=recv", Sublayer.Plain, true)]
    [InlineData("seq=both,l2spec=default", Sublayer.Numbered, true)]
    [InlineData("seq=both,n0.seq=none", Sublayer.None, false)]
    public void Numbers_bring_the_sublayer_with_them(string text, Sublayer sublayer, bool receives)
    {
        SessionParameters parameters = Apply(text, s_plain);
        Assert.Equal(sublayer, parameters.Sublayer);
        Assert.Equal(receives, parameters.ReceiveSequence);
    }

    [Theory]
    [InlineData("txcookie=014d3636", 4, 0x014d3636, 0, 0)]
    [InlineData("txcookie=0x014d3636deadbeef,rxcookie=DEADBEEF", 8, 0x014d3636deadbeef, 4, 0xdeadbeef)]
    [InlineData("rxcookie=00000000deadbeef", 0, 0, 8, 0xdeadbeef)]
    [InlineData("rxcookie=00000001,rxcookie=none", 0, 0, 0, 0)]
    public void The_digits_of_a_cookie_are_its_size(string text, int transmitLength, ulong transmit, int receiveLength, ulong receive)
    {
        SessionParameters parameters = Apply(text, s_plain);
        Assert.Equal((transmitLength, transmit), (parameters.TransmitCookieLength, parameters.TransmitCookie));
        Assert.Equal((receiveLength, receive), (parameters.ReceiveCookieLength, parameters.ReceiveCookie));
        Assert.Null(parameters.SecondReceiveCookie);
    }

    [Fact]
    public void A_second_receive_cookie_goes_with_the_netdevs_own_too()
    {
        SessionParameters own = s_plain with { CookieLength = 4, TransmitCookie = 1, ReceiveCookie = 2 };
        SessionParameters parameters = Apply("rxcookie2=00000003", own);
        Assert.Equal((4, 2u, (ulong?)3), (parameters.ReceiveCookieLength, parameters.ReceiveCookie, parameters.SecondReceiveCookie));
    }

    [Theory]
    [InlineData("l2spec=cisco", "'l2spec=cisco' must say none or default")]
    [InlineData("seq=on", "'seq=on' must say none, send, recv or both")]
    [InlineData("reorder=257", "'reorder=257' must say a number of frames from 0 to 256")]
    [InlineData("reorder=-1", "'reorder=-1' must say a number of frames from 0 to 256")]
    [InlineData("txcookie=1234567", "'txcookie=...' must say 8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes) or none")]
    [InlineData("rxcookie=0x", "'rxcookie=...' must say 8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes) or none")]
    [InlineData("rxcookie2=1234567g", "'rxcookie2=...' must say 8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes) or none")]
    [InlineData("n1.rxcookie=-1234567", "'n1.rxcookie=...' must say 8 or 16 hexadecimal digits (a cookie of 4 or 8 bytes) or none")]
    public void A_value_that_is_none_is_refused(string text, string message)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.Equal("QEMU_L2TPV3: " + message, e.Message);
    }

    [Theory]
    [InlineData("l2spec=none,seq=recv", CounterMode.None, 0, "seq= needs the sublayer that l2spec=none leaves out; say l2spec=default or seq=none")]
    [InlineData("seq=send", CounterMode.Counting, 0, "seq= and the netdev's counter= or pincounter= take the same place in the header; leave one of them out")]
    [InlineData("l2spec=default", CounterMode.Pinned, 0, "l2spec=default and the netdev's counter= or pincounter= take the same place in the header; leave one of them out")]
    [InlineData("reorder=8", CounterMode.None, 0, "reorder= needs the numbers of received frames; say seq=recv or seq=both")]
    [InlineData("reorder=8,seq=send", CounterMode.None, 0, "reorder= needs the numbers of received frames; say seq=recv or seq=both")]
    [InlineData("txcookie=00000001", CounterMode.None, 4, "the setting txcookie= and the netdev's own txcookie= are both there; give the cookies in one place")]
    [InlineData("rxcookie=none", CounterMode.None, 8, "the setting rxcookie= and the netdev's own rxcookie= are both there; give the cookies in one place")]
    [InlineData("rxcookie2=00000001", CounterMode.None, 0, "rxcookie2= has 4 bytes and rxcookie= has 0; give both the same number of digits")]
    [InlineData("rxcookie2=00000001", CounterMode.None, 8, "rxcookie2= has 4 bytes and rxcookie= has 8; give both the same number of digits")]
    public void What_contradicts_is_refused(string text, CounterMode counter, int cookieLength, string message)
    {
        SessionParameters own = s_plain with { Counter = counter, CookieLength = cookieLength };
        OptionException e = Assert.Throws<OptionException>(() => Apply(text, own));
        Assert.Equal(message, e.Message);
    }

    private static SessionParameters Apply(string text, SessionParameters own) => SettingsReader.Read(text, "n0").Header.ApplyTo(own);

    /// <summary>Errors go into logs, and a mistyped cookie is most of a cookie.</summary>
    [Theory]
    [InlineData("n0.rxcookie=5ec2e75ec2e75ec", "n0.rxcookie=...")]
    [InlineData("txcookie=0x5ec2e7", "txcookie=...")]
    [InlineData("rxcookie3=5ec2e7005ec2e700", "rxcookie3=...")]
    [InlineData("rx-Cookie=5ec2e7005ec2e700", "rx-Cookie=...")]
    [InlineData("gso=on txcookie=5ec2e7005ec2e700", "gso=on txcookie=...")]
    public void No_message_repeats_a_cookie(string text, string shown)
    {
        OptionException e = Assert.Throws<OptionException>(() => SettingsReader.Read(text, "n0"));
        Assert.StartsWith($"QEMU_L2TPV3: '{shown}' ", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("5ec2e7", e.ToString(), StringComparison.OrdinalIgnoreCase);
    }
}
