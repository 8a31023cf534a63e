// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Upkeep;

/// <summary>What the kernel drops for want of room is counted, too.</summary>
public sealed class SocketDropsTests(Lab lab)
{
    private const int Datagrams = 200;

    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    [InlineData("raw4")]
    [InlineData("raw6")]
    public void What_came_is_what_was_received_and_what_the_socket_had_no_room_for(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, "rcvbuf=4k");
        for (int i = 0; i < Datagrams; i++)
        {
            tunnel.SendFromPeer(tunnel.Peer, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(1000, i)));
        }

        Eventually.IsTrue(
            () =>
            {
                tunnel.Session.Timer();
                return !tunnel.Session.ReadIfReadable(TimeSpan.Zero)
                    && tunnel.Session.Counters.ReceivedFrames + tunnel.Session.Counters.SocketDrops == Datagrams;
            },
            "all datagrams are received or dropped");
        Assert.InRange(tunnel.Session.Counters.ReceivedFrames, 1u, Datagrams - 1u);
        Assert.Contains($", socket drops {tunnel.Session.Counters.SocketDrops}", tunnel.Info(), StringComparison.Ordinal);
    }

    /// <summary>A guest that is stopped: nothing is read, so nothing that comes would set the timer.</summary>
    [Fact]
    public void While_the_guest_takes_nothing_the_kernel_is_asked_every_second()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "rcvbuf=4k");
        tunnel.Host.FullAt.Add(1);
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);
        Thread.Sleep(250);
        tunnel.Session.Timer();
        Assert.Equal(0u, tunnel.Session.Counters.SocketDrops);
        Assert.InRange(tunnel.Host.TimerMs, 900, 1000);

        tunnel.SendFromPeer(TestFrames.Burst(Datagrams, 1000));

        Thread.Sleep(1010);
        tunnel.Session.Timer();
        Assert.InRange(tunnel.Session.Counters.SocketDrops, 1u, Datagrams - 1u);
        Assert.Contains($", socket drops {tunnel.Session.Counters.SocketDrops}", tunnel.Host.Info, StringComparison.Ordinal);
    }
}
