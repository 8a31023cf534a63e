// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;
using L2tpv3.Packets;

namespace DataPlane.Tests.Transmit;

/// <summary>The kernel refuses a datagram, or speaks of an earlier one. (The stock backend says nothing of either.)</summary>
public sealed class SendErrorTests(Lab lab)
{
    /// <summary>udp(7): the ICMP error of one datagram is reported on the next call, which then sends nothing.</summary>
    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    public void A_peer_that_comes_back_gets_the_frame_that_the_kernel_did_not_send(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        int port = tunnel.Peer.Port;
        tunnel.Peer.Dispose();
        tunnel.SendToNobody(1);

        using WirePeer back = Tunnels.OpenPeer(lab, tunnel.Subnet.Peer, udp: true, port);
        tunnel.Session.Send(TestFrames.Create(60, seed: 2));

        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed: 2), counter: 2), back.Receive());
        Assert.Equal(1u, tunnel.Session.Counters.SendErrors);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    [Fact]
    public void A_peer_that_is_away_is_logged_once_and_receiving_goes_on()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        int port = tunnel.Peer.Port;
        tunnel.Peer.Dispose();
        tunnel.SendToNobody(20);

        Assert.Equal(19u, tunnel.Session.Counters.SendErrors);
        (Severity severity, string text) = Assert.Single(tunnel.Host.Reports);
        Assert.Equal(Severity.Warning, severity);
        Assert.Equal("l2tpv3 netdev 'n0': sending fails: Connection refused (nothing listens at dst and dstport)", text);

        using WirePeer back = Tunnels.OpenPeer(lab, tunnel.Subnet.Peer, udp: true, port);
        tunnel.SendFromPeer(back, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));
        tunnel.Session.ReadUntil(1);
    }

    /// <summary>The socket is readable for the error alone; reading it must not stop the reading.</summary>
    [Fact]
    public void An_ICMP_error_that_a_read_finds_is_a_send_error_and_reading_goes_on()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Peer.Dispose();
        tunnel.Session.Send(TestFrames.Create(60));

        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

        Assert.Equal(1u, tunnel.Session.Counters.SendErrors);
        Assert.Equal(0u, tunnel.Session.Counters.ReceiveErrors);
        Assert.True(tunnel.Host.WatchesRead);
    }

    /// <summary>65,528 bytes fit the length fields of UDP, but not IPv4 around it.</summary>
    [Fact]
    public void A_datagram_that_the_kernel_refuses_is_counted_and_those_behind_it_are_sent()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        int tooLong = 65_535 - tunnel.Netdev.HeaderSize;
        Assert.Equal(60, tunnel.Session.Transmit(TestFrames.Create(60, seed: 1)));
        Assert.Equal(tooLong, tunnel.Session.Transmit(TestFrames.Create(tooLong)));
        tunnel.Session.Send(TestFrames.Create(60, seed: 3));

        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed: 1), counter: 1), tunnel.Peer.Receive());
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, seed: 3), counter: 3), tunnel.Peer.Receive());
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal(2u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Contains("Message too long (the frame is larger than the path allows; lower the guest's MTU)", Assert.Single(tunnel.Host.Reports).Text, StringComparison.Ordinal);
    }
}
