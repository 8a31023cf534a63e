// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace DataPlane.Tests.Properties;

/// <summary>txcookie, rxcookie, rxcookie2: other cookies of the same length (RFC 8159, 5).</summary>
public sealed class LiveCookieTests(Lab lab)
{
    [Theory]
    [InlineData("udp4", CookieSize.Bits32, "a1a2a3a4", 0xA1A2A3A4)]
    [InlineData("udp6", CookieSize.Bits64, "0xa1a2a3a4a5a6a7a8", 0xA1A2A3A4A5A6A7A8)]
    [InlineData("raw4", CookieSize.Bits64, "a1a2a3a4a5a6a7a8", 0xA1A2A3A4A5A6A7A8)]
    [InlineData("raw6", CookieSize.Bits32, "A1A2A3A4", 0xA1A2A3A4)]
    public void The_frames_from_then_on_have_the_new_cookie(string kind, CookieSize size, string text, ulong cookie)
    {
        using Tunnel tunnel = Open(kind, size);
        tunnel.Session.Transmit(TestFrames.Create(60));
        Assert.Empty(tunnel.Session.Set("txcookie", text));
        tunnel.Session.Send(TestFrames.Create(60));

        // What had been accepted before has the old one.
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), tunnel.Peer.Receive());
        Assert.Equal((tunnel.Netdev with { TransmitCookie = cookie }).Datagram(TestFrames.Create(60), 2), tunnel.Peer.Receive());
    }

    [Theory]
    [InlineData("udp4", CookieSize.Bits32, "a1a2a3a4", 0xA1A2A3A4)]
    [InlineData("raw6", CookieSize.Bits64, "a1a2a3a4a5a6a7a8", 0xA1A2A3A4A5A6A7A8)]
    public void Old_and_new_are_accepted_until_the_old_one_is_given_up(string kind, CookieSize size, string text, ulong cookie)
    {
        using Tunnel tunnel = Open(kind, size);
        byte[] old = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60));
        byte[] new_ = (tunnel.Netdev.OtherEnd() with { TransmitCookie = cookie }).Datagram(TestFrames.Create(60));
        AssertAccepts(tunnel, new_, false);

        Assert.Empty(tunnel.Session.Set("rxcookie2", text));
        AssertAccepts(tunnel, old, true);
        AssertAccepts(tunnel, new_, true);

        Assert.Empty(tunnel.Session.Set("rxcookie", text));
        AssertAccepts(tunnel, old, false);
        AssertAccepts(tunnel, new_, true);

        Assert.Empty(tunnel.Session.Set("rxcookie2", "none"));
        AssertAccepts(tunnel, old, false);
        AssertAccepts(tunnel, new_, true);
    }

    [Theory]
    [InlineData("txcookie", "a1a2a3a4a5a6a7a8")]
    [InlineData("rxcookie", "a1a2a3a4a5a6a7a8")]
    [InlineData("rxcookie2", "a1a2a3a4a5a6a7a8")]
    [InlineData("txcookie", "none")]
    [InlineData("rxcookie", "none")]
    [InlineData("rxcookie", "")]
    [InlineData("txcookie", "a1a2a3")]
    [InlineData("txcookie", "a1a2a3g4")]
    [InlineData("txcookie", "-a1a2a3a")]
    public void Another_length_or_none_is_refused_without_repeating_it(string name, string value)
    {
        using Tunnel tunnel = Open("udp4", CookieSize.Bits32);
        Assert.Equal($"{name}= must have 8 hexadecimal digits, as the present cookie has", tunnel.Session.Set(name, value));
        AssertAccepts(tunnel, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)), true);
        tunnel.Session.Send(TestFrames.Create(60));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), tunnel.Peer.Receive());
    }

    [Theory]
    [InlineData("txcookie", "a1a2a3a4")]
    [InlineData("rxcookie", "a1a2a3a4")]
    [InlineData("rxcookie2", "a1a2a3a4")]
    public void A_session_without_cookies_has_none_to_exchange(string name, string value)
    {
        using Tunnel tunnel = Open("udp4", CookieSize.None);
        Assert.StartsWith($"{name}= cannot be given: this netdev has no such cookie", tunnel.Session.Set(name, value), StringComparison.Ordinal);
        AssertAccepts(tunnel, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)), true);
    }

    private static void AssertAccepts(Tunnel tunnel, byte[] datagram, bool expected)
    {
        int frames = tunnel.Host.FrameCount;
        ulong drops = tunnel.Session.Counters.Drops(DropReason.WrongCookie);
        tunnel.SendFromPeer(tunnel.Peer, datagram);
        if (expected)
        {
            tunnel.Session.ReadUntil(frames + 1);
        }
        else
        {
            tunnel.Session.ReadUntilDropped(drops + 1);
        }

        Assert.Equal(expected ? frames + 1 : frames, tunnel.Host.FrameCount);
        Assert.Equal(expected ? drops : drops + 1, tunnel.Session.Counters.Drops(DropReason.WrongCookie));
    }

    private Tunnel Open(string kind, CookieSize size) => Tunnels.Open(
        lab,
        kind,
        change: netdev => netdev with { Cookie = size, TransmitCookie = size == CookieSize.Bits32 ? 1u : 1ul << 60, ReceiveCookie = size == CookieSize.Bits32 ? 2u : 2ul << 60 });
}
