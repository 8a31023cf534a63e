// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using L2tpv3.Packets;

namespace DataPlane.Tests.Transmit;

/// <summary>What the host's administrator does to a tunnel that sends runs: they are sent again when it is undone, and every lost frame is counted.</summary>
public sealed class HostChangeTests(Lab lab)
{
    private const int PeerPort = 1702;
    private const int Burst = 50;

    [Theory]
    [InlineData("")]
    [InlineData("source-check=off")]
    public void A_source_address_that_is_deleted_and_added_again_leaves_GSO_on(string settings)
    {
        lab.Network.AddLoopbackAddress("10.0.7.1/32");
        lab.Network.AddLoopbackAddress("10.0.7.2/32");
        using Tunnel tunnel = OpenTo("10.0.7.2", settings, "10.0.7.1");
        using WirePeer peer = Tunnels.OpenPeer(lab, "10.0.7.2", udp: true, PeerPort);
        AssertGoesAsOneRun(tunnel);

        lab.Network.Ip("address", "del", "10.0.7.1/32", "dev", "lo");
        for (int i = 0; i < 5; i++)
        {
            Send(tunnel);
        }

        Assert.InRange(tunnel.Session.Counters.SendErrors, 1u, ulong.MaxValue);
        Assert.Equal(5u * Burst, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        lab.Network.AddLoopbackAddress("10.0.7.1/32");
        AssertGoesAsOneRun(tunnel);
        lab.Network.Ip("address", "del", "10.0.7.1/32", "dev", "lo");
        lab.Network.Ip("address", "del", "10.0.7.2/32", "dev", "lo");
    }

    /// <summary>EPERM, for a run as for a datagram.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("gso=off")]
    public void Frames_that_the_hosts_own_firewall_drops_are_counted_one_by_one_and_GSO_stays_as_it_was(string settings)
    {
        Requires.Program("nft");
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings);
        Nft($"add table inet lost; add chain inet lost out {{ type filter hook output priority 0; }}; add rule inet lost out ip daddr {tunnel.Subnet.Peer} drop");
        try
        {
            for (int i = 0; i < 5; i++)
            {
                Send(tunnel);
            }
        }
        finally
        {
            Nft("delete table inet lost");
        }

        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        Assert.Equal(5u * Burst, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal(0u, tunnel.Session.Counters.TransmittedFrames);
        if (settings.Length == 0)
        {
            AssertGoesAsOneRun(tunnel);
        }
        else
        {
            Send(tunnel);
        }

        for (int i = 0; i < Burst; i++)
        {
            Assert.NotNull(tunnel.Peer.TryReceive(Timeouts.Arrival));
        }

        Assert.Equal(5u * Burst, tunnel.Session.Counters.Drops(DropReason.SendFailed));
    }

    private static void Send(Tunnel tunnel)
    {
        tunnel.Session.Send(TestFrames.Burst(Burst, 60));
    }

    private static void AssertGoesAsOneRun(Tunnel tunnel)
    {
        (long runs, long datagrams, _) = Runs(tunnel);
        Send(tunnel);
        Assert.Equal((runs + 1, datagrams + Burst, string.Empty), Runs(tunnel));
    }

    private static (long Runs, long Datagrams, string Withdrawn) Runs(Tunnel tunnel)
    {
        JsonElement statistics = JsonDocument.Parse(tunnel.Session.Get("statistics")!).RootElement;
        JsonElement transmit = statistics.GetProperty("transmit");
        return (transmit.GetProperty("gso-runs").GetInt64(), transmit.GetProperty("gso-datagrams").GetInt64(), statistics.GetProperty("gso-withdrawn").GetString()!);
    }

    private void Nft(string rules) => ProcessRunner.Check("nsenter", $"--net={lab.Network.Path}", "nft", rules);

    private Tunnel OpenTo(string destination, string settings, string source) =>
        Tunnels.Open(lab, "udp4", settings, netdev => netdev with { Source = source, Destination = destination, DestinationPort = PeerPort });
}
