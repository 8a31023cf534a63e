// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace DataPlane.Tests.Sockets;

/// <summary>
/// Routes that say no, each in its own way: a routing daemon puts them in the place of a route that it has lost.
/// </summary>
public sealed class RouteTypeTests : IDisposable
{
    private const int PeerPort = 1702;
    private readonly Lab _lab = new();

    public static TheoryData<string, string> Cases
    {
        get
        {
            TheoryData<string, string> cases = [];
            foreach (string kind in (string[])["udp4", "udp6", "raw4", "raw6"])
            {
                foreach (string type in (string[])["blackhole", "prohibit", "unreachable", "throw"])
                {
                    cases.Add(kind, type);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_session_opens_behind_it_says_so_and_recovers(string kind, string type)
    {
        string peer = PeerOf(kind);
        AddRoute(kind, type, peer);
        using Tunnel tunnel = OpenTo(kind, peer);
        (_, string text) = Assert.Single(tunnel.Host.Reports);
        Assert.StartsWith($"l2tpv3 netdev 'n0': there is no route to dst={Text(kind, peer)} yet", text, StringComparison.Ordinal);
        Assert.Equal(type is "blackhole" or "prohibit", text.Contains(type, StringComparison.Ordinal));
        tunnel.Session.Send(TestFrames.Create(60, 1));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));

        RemoveRoute(kind, type, peer);
        AssertWorks(tunnel, kind, peer, seed: 2);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void One_that_comes_while_it_lives_costs_the_frames_of_that_time_only(string kind, string type)
    {
        string peer = PeerOf(kind);
        AddPeer(kind, peer);
        using Tunnel tunnel = OpenTo(kind, peer);
        Assert.Empty(tunnel.Host.Reports);
        RemovePeer(kind, peer);
        AddRoute(kind, type, peer);
        tunnel.Session.Send(TestFrames.Create(60, 1));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));

        RemoveRoute(kind, type, peer);
        AssertWorks(tunnel, kind, peer, seed: 2);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_peer_behind_it_can_be_given_while_a_session_lives(string kind, string type)
    {
        string peer = PeerOf(kind);
        string other = kind.EndsWith('6') ? "fd99::2" : "10.99.0.2";
        AddPeer(kind, other);
        AddRoute(kind, type, peer);
        using Tunnel tunnel = OpenTo(kind, other);

        Assert.Equal(string.Empty, tunnel.Session.Set("dst", Text(kind, peer)));

        Assert.Contains("no route to the peer", tunnel.Host.Info, StringComparison.Ordinal);
        RemoveRoute(kind, type, peer);
        AssertWorks(tunnel, kind, peer, seed: 1);
    }

    /// <summary>What no route mends is a mistake, at start and later.</summary>
    [Theory]
    [InlineData("udp4", "255.255.255.255")]
    [InlineData("udp4", "127.255.255.255")]
    [InlineData("udp6", "fe80::1")]
    public void Addresses_that_cannot_be_a_pair_are_refused(string kind, string peer)
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => OpenTo(kind, peer).Dispose());
        Assert.Contains("cannot be a peer of src=", e.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _lab.Dispose();

    private static string PeerOf(string kind) => kind.EndsWith('6') ? "fd99::1" : "10.99.0.1";

    private static string Text(string kind, string address) => kind switch
    {
        "udp4" => $"{address}:{PeerPort}",
        "udp6" => $"[{address}]:{PeerPort}",
        _ => address,
    };

    private static string Prefix(string kind, string address) => address + (kind.EndsWith('6') ? "/128" : "/32");

    private void AssertWorks(Tunnel tunnel, string kind, string peer, int seed)
    {
        AddPeer(kind, peer);
        using WirePeer wire = Tunnels.OpenPeer(_lab, peer, kind.StartsWith("udp", StringComparison.Ordinal), PeerPort);
        tunnel.Session.Send(TestFrames.Create(60, seed));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed), counter: (uint)seed), wire.Receive());
        int before = tunnel.Host.FrameCount;
        tunnel.SendFromPeer(wire, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));
        tunnel.Session.ReadUntil(before + 1);
    }

    private void AddRoute(string kind, string type, string peer) => _lab.Network.Ip(Family(kind), "route", "add", type, Prefix(kind, peer));

    private void RemoveRoute(string kind, string type, string peer) => _lab.Network.Ip(Family(kind), "route", "del", type, Prefix(kind, peer));

    private void AddPeer(string kind, string peer) => _lab.Network.Ip(Family(kind), "route", "add", "local", Prefix(kind, peer), "dev", "lo");

    private void RemovePeer(string kind, string peer) => _lab.Network.Ip(Family(kind), "route", "del", "local", Prefix(kind, peer), "dev", "lo");

    private static string Family(string kind) => kind.EndsWith('6') ? "-6" : "-4";

    private Tunnel OpenTo(string kind, string destination) => Tunnels.Open(
        _lab,
        kind,
        change: netdev => netdev with
        {
            Source = kind.EndsWith('6') ? netdev.Source : destination.StartsWith("10.", StringComparison.Ordinal) ? LocalSource() : netdev.Source,
            Destination = destination,
            DestinationPort = netdev.IsUdp ? PeerPort : null,
        });

    /// <summary>127.0.0.0/8 has no peer outside of it.</summary>
    private string LocalSource()
    {
        AddSource();
        return "10.99.1.1";
    }

    private bool _hasSource;

    private void AddSource()
    {
        if (!_hasSource)
        {
            _hasSource = true;
            _lab.Network.Ip("route", "add", "local", "10.99.1.1/32", "dev", "lo");
        }
    }
}
