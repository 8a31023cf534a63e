// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;

namespace DataPlane.Tests.Sockets;

/// <summary>
/// The way to the peer comes and goes: the peer's address, which is on no interface at first, is added and removed.
/// </summary>
public sealed class RouteTests(Lab lab)
{
    private const int PeerPort = 1702;

    [Fact]
    public void Without_a_route_a_session_opens_says_so_and_accepts_nothing()
    {
        using Tunnel tunnel = OpenTo("10.0.1.1");
        using WirePeer stranger = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true, PeerPort);

        tunnel.SendFromPeer(stranger, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));

        Assert.False(tunnel.Session.ReadIfReadable(Timeouts.Silence));
        (Severity severity, string text) = Assert.Single(tunnel.Host.Reports);
        Assert.Equal(Severity.Warning, severity);
        Assert.Equal("l2tpv3 netdev 'n0': there is no route to dst=10.0.1.1:1702 yet; trying again every second", text);
        Assert.Contains("no route to the peer", tunnel.Host.Info, StringComparison.Ordinal);
    }

    [Fact]
    public void A_frame_without_a_route_is_counted_and_the_first_with_one_arrives()
    {
        using Tunnel tunnel = OpenTo("10.0.2.1");
        tunnel.Session.Send(TestFrames.Create(60, 1));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));

        lab.Network.AddLoopbackAddress("10.0.2.1/32");
        using WirePeer peer = Tunnels.OpenPeer(lab, "10.0.2.1", udp: true, PeerPort);
        tunnel.Session.Send(TestFrames.Create(60, 2));

        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed: 2), counter: 2), peer.Receive());
    }

    [Fact]
    public void Without_any_traffic_the_route_is_looked_for_every_second()
    {
        using Tunnel tunnel = OpenTo("10.0.3.1");
        Stopwatch elapsed = Stopwatch.StartNew();
        Assert.InRange(tunnel.Host.TimerMs, 900, 1000);
        lab.Network.AddLoopbackAddress("10.0.3.1/32");
        using WirePeer peer = Tunnels.OpenPeer(lab, "10.0.3.1", udp: true, PeerPort);

        // As QEMU's timer does: not before the time asked for.
        Thread.Sleep(TimeSpan.FromMilliseconds(Math.Max(0, 1010 - elapsed.ElapsedMilliseconds)));
        tunnel.Session.Timer();
        tunnel.SendFromPeer(peer, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));

        tunnel.Session.ReadUntil(1);
    }

    [Fact]
    public void A_route_that_goes_costs_the_frames_of_that_time_only()
    {
        lab.Network.AddLoopbackAddress("10.0.4.1/32");
        using Tunnel tunnel = OpenTo("10.0.4.1");
        using WirePeer peer = Tunnels.OpenPeer(lab, "10.0.4.1", udp: true, PeerPort);
        Assert.Empty(tunnel.Host.Reports);

        lab.Network.Ip("address", "del", "10.0.4.1/32", "dev", "lo");
        tunnel.Session.Send(TestFrames.Create(60, 1));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal("l2tpv3 netdev 'n0': sending fails: Network is unreachable (check routes and interfaces of this host)", Assert.Single(tunnel.Host.Reports).Text);

        lab.Network.AddLoopbackAddress("10.0.4.1/32");
        tunnel.Session.Send(TestFrames.Create(60, 2));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed: 2), counter: 2), peer.Receive());
    }

    /// <summary>Nobody's: the socket has no peer yet. That is not a guest which takes less than comes.</summary>
    [Fact]
    public void What_is_refused_without_a_route_is_not_counted_as_dropped()
    {
        using Tunnel tunnel = OpenTo("10.0.5.1");
        using WirePeer stranger = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true, PeerPort);
        RefuseSome(stranger);

        // A route by the next frame of the guest, and then by qom-set to a peer without one, and back.
        lab.Network.AddLoopbackAddress("10.0.5.1/32");
        tunnel.Session.Send(TestFrames.Create(60, 1));
        AssertNoDrops();
        Assert.Empty(tunnel.Session.Set("dst", "10.0.6.1"));
        using (WirePeer former = Tunnels.OpenPeer(lab, "10.0.5.1", udp: true, PeerPort))
        {
            RefuseSome(former);
        }

        Assert.Empty(tunnel.Session.Set("dst", "10.0.5.1"));
        AssertNoDrops();

        void RefuseSome(WirePeer sender)
        {
            uint before = KernelDrops();
            for (int i = 0; i < 50; i++)
            {
                tunnel.SendFromPeer(sender, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));
            }

            Assert.Equal(50u, KernelDrops() - before);
            AssertNoDrops();
        }

        void AssertNoDrops()
        {
            Assert.Equal(0, JsonDocument.Parse(tunnel.Session.Get("statistics")!).RootElement.GetProperty("receive").GetProperty("socket-drops").GetInt32());
            Assert.DoesNotContain("socket drops", tunnel.Host.Info, StringComparison.Ordinal);
        }

        uint KernelDrops() => SocketFacts.Drops(tunnel.Host.WatchedDescriptor);
    }

    private Tunnel OpenTo(string destination) =>
        Tunnels.Open(lab, "udp4", change: netdev => netdev with { Destination = destination, DestinationPort = PeerPort });
}
