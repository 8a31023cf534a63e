// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;

namespace DataPlane.Tests.Properties;

/// <summary>dst: another peer, while the session lives.</summary>
public sealed class LivePeerTests(Lab lab)
{
    public static TheoryData<string, string> KindsAndChecks =>
        [.. from kind in (string[])["udp4", "udp6", "raw4", "raw6"] from check in (string[])["on", "off", "roam"] select (kind, check)];

    public static TheoryData<string> Kinds => Tunnels.Kinds;

    [Theory]
    [MemberData(nameof(KindsAndChecks))]
    public void The_new_peer_gets_the_frames_and_is_heard(string kind, string check)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, $"source-check={check}");
        using WirePeer other = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        string place = Place(tunnel, other);
        tunnel.AssertSends(tunnel.Peer, 1);

        Assert.Empty(tunnel.Session.Set("dst", place));
        Assert.Equal(place, tunnel.Session.Get("dst"));
        tunnel.AssertSends(other, 2);
        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        tunnel.SendFromPeer(other, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(80)));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(80), Assert.Single(tunnel.Host.Frames));
        Assert.Contains($" -> {place}, session", tunnel.Info(), StringComparison.Ordinal);
        Assert.Equal((Severity.Information, $"l2tpv3 netdev 'n0': the peer is {place} now"), tunnel.Host.Reports[^1]);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_old_peer_is_a_stranger_then(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        using WirePeer other = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        Assert.Empty(tunnel.Session.Set("dst", Place(tunnel, other)));
        tunnel.SendFromPeer(TestFrames.Create(70));
        tunnel.SendFromPeer(other, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(80)));
        tunnel.Session.ReadUntil(1);
        Assert.False(tunnel.Session.ReadIfReadable(TimeSpan.Zero));
        Assert.Equal(TestFrames.Create(80), Assert.Single(tunnel.Host.Frames));
    }

    [Fact]
    public void A_frame_that_was_accepted_before_goes_to_the_old_peer()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Transmit(TestFrames.Create(60));
        Assert.Empty(tunnel.Session.Set("dst", $"{tunnel.Subnet.Stranger}:9"));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), tunnel.Peer.Receive());
    }

    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    public void Without_a_port_it_stays_as_it_is(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        using WirePeer other = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true, tunnel.Peer.Port);
        Assert.Empty(tunnel.Session.Set("dst", tunnel.Subnet.Stranger));
        tunnel.AssertSends(other, 1);
        Assert.Equal(other.LocalEndPoint.ToString(), tunnel.Session.Get("dst"));
    }

    /// <summary>The source address that connect(2) has chosen belongs to the route of the first peer.</summary>
    [Theory]
    [InlineData("udp4", "0.0.0.0", Tunnels.PlanePort)]
    [InlineData("udp4", "0.0.0.0", 0)]
    [InlineData("udp6", "::", Tunnels.PlanePort)]
    [InlineData("udp6", "::", 0)]
    [InlineData("raw4", "0.0.0.0", null)]
    [InlineData("raw6", "::", null)]
    public void A_session_without_an_address_of_its_own_reaches_the_new_peer_and_hears_it(string kind, string any, int? bound)
    {
        using Lab own = new();
        using Tunnel tunnel = Tunnels.Open(own, kind, null, netdev => netdev with { Source = any, SourcePort = bound });
        using WirePeer other = Tunnels.OpenPeer(own, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        tunnel.AssertSends(tunnel.Peer, 1);
        int port = tunnel.Peer.LastSource!.Port;
        Assert.Empty(tunnel.Session.Set("dst", Place(tunnel, other)));
        tunnel.AssertSends(other, 2);
        Assert.Equal(port, other.LastSource!.Port);
        other.Send(tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(80)), other.LastSource.Address.ToString(), port);
        tunnel.Session.ReadUntil(1);
    }

    /// <summary>connect(2) to nobody takes a socket from its interface, and from a port that the kernel has chosen.</summary>
    [Theory]
    [InlineData("udp4")]
    [InlineData("raw4")]
    public void The_interface_stays_the_only_way_in_and_out(string kind)
    {
        using Lab own = new();
        own.Network.Ip("link", "add", "name", "other", "type", "veth", "peer", "name", "end");
        own.Network.Ip("link", "set", "other", "up");
        using Tunnel tunnel = Tunnels.Open(own, kind, "bind-device=other", netdev => netdev with { Source = "0.0.0.0" });
        Assert.Empty(tunnel.Session.Set("dst", Place(tunnel, tunnel.Peer)));
        tunnel.Session.Send(TestFrames.Create(60));
        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.FromMilliseconds(50)));
    }

    [Fact]
    public void A_socket_that_was_handed_in_keeps_its_port()
    {
        using Lab own = new();
        using Descriptor handedIn = own.Run(() => Descriptor.Open("udp4", "0.0.0.0", 0));
        int port = handedIn.LocalPort();
        using Tunnel tunnel = Tunnels.Open(own, "udp4", $"fd={handedIn.Number}", netdev => netdev with { Source = "0.0.0.0", SourcePort = port });
        using WirePeer other = Tunnels.OpenPeer(own, tunnel.Subnet.Stranger, udp: true);
        Assert.Empty(tunnel.Session.Set("dst", Place(tunnel, other)));
        tunnel.AssertSends(other, 1);
        Assert.Equal(port, other.LastSource!.Port);
    }

    [Fact]
    public void A_peer_without_a_route_is_waited_for()
    {
        using Lab own = new();
        using Tunnel tunnel = Tunnels.Open(own, "udp4", null, netdev => netdev with { Source = "0.0.0.0" });
        Assert.Empty(tunnel.Session.Set("dst", "192.0.2.1:9"));
        Assert.Equal((Severity.Warning, "l2tpv3 netdev 'n0': there is no route to dst=192.0.2.1:9 yet; trying again every second"), tunnel.Host.Reports[^1]);
        Assert.Contains("no route to the peer", tunnel.Info(), StringComparison.Ordinal);
        tunnel.Session.Send(TestFrames.Create(60));
        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));

        Assert.Empty(tunnel.Session.Set("dst", tunnel.Peer.LocalEndPoint.ToString()));
        tunnel.AssertSends(tunnel.Peer, 2);
    }

    [Theory]
    [InlineData("udp4", "255.255.255.255", "cannot be a peer of src=")]
    [InlineData("udp4", "", "dst= is not a peer; give ADDRESS, ADDRESS:PORT or [IPV6-ADDRESS]:PORT")]
    [InlineData("udp4", ":9", "dst=:9 is not a peer")]
    [InlineData("udp4", "127.0.0.1:", "dst=127.0.0.1: is not a peer")]
    [InlineData("udp4", "127.0.0.1:70000", "dstport=70000 is not a UDP port")]
    [InlineData("udp4", "127.0.0.1:0", "dstport=0 is not a UDP port")]
    [InlineData("udp4", "127.0.0.1:99:", "dst=127.0.0.1:99: does not resolve")]
    [InlineData("udp4", "::1", "dst=::1 is an IPv6 address")]
    [InlineData("udp6", "127.0.0.1", "dst=127.0.0.1 is an IPv4 address")]
    [InlineData("udp6", "[::1]9", "dst=[::1]9 is not a peer")]
    [InlineData("udp6", "[::1", "dst=[::1 does not resolve")]
    [InlineData("raw4", "127.0.0.1:9", "dst=127.0.0.1:9 has a port, and raw IP has none; leave it out")]
    [InlineData("raw6", "[::1]:9", "dst=[::1]:9 has a port")]
    public void A_peer_that_cannot_be_leaves_the_old_one(string kind, string value, string error)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        string before = tunnel.Session.Get("dst")!;
        Assert.Contains(error, tunnel.Session.Set("dst", value), StringComparison.Ordinal);
        Assert.Equal(before, tunnel.Session.Get("dst"));
        Assert.Empty(tunnel.Host.Reports);
        tunnel.AssertSends(tunnel.Peer, 1);
        tunnel.SendFromPeer(TestFrames.Create(70));
        tunnel.Session.ReadUntil(1);
    }

    /// <summary>glibc does not survive it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("127.0.0.1:")]
    public void A_peer_of_a_megabyte_is_refused_in_a_word(string before)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        Assert.Contains(" characters; no name has more than 255", tunnel.Session.Set("dst", before + new string('A', 1 << 20)), StringComparison.Ordinal);
        tunnel.AssertSends(tunnel.Peer, 1);
    }

    private static string Place(Tunnel tunnel, WirePeer peer) =>
        tunnel.Netdev.IsUdp ? peer.LocalEndPoint.ToString() : tunnel.Subnet.Stranger;
}
