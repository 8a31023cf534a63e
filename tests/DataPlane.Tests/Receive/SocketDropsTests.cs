// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Threading;
using DataPlane.Tests.Kit;
using TestKit;

namespace DataPlane.Tests.Receive;

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

        while (tunnel.Session.ReadIfReadable(TimeSpan.FromMilliseconds(50)))
        {
        }

        Thread.Sleep(250);
        tunnel.Session.Timer();
        Assert.InRange(tunnel.Session.Counters.ReceivedFrames, 1u, Datagrams - 1u);
        Assert.Equal((ulong)Datagrams, tunnel.Session.Counters.ReceivedFrames + tunnel.Session.Counters.SocketDrops);
        Assert.Contains($", socket drops {tunnel.Session.Counters.SocketDrops}", tunnel.Host.Info, StringComparison.Ordinal);
    }
}
