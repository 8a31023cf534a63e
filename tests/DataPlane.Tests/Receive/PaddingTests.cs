// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using DataPlane.Tests.Kit;
using TestKit;

namespace DataPlane.Tests.Receive;

/// <summary>A NIC that models a medium wants 60 bytes (QEMU's do_not_pad says which does not).</summary>
public sealed class PaddingTests(Lab lab)
{
    [Theory]
    [InlineData(14)]
    [InlineData(59)]
    public void A_short_frame_is_filled_with_zeros_where_an_older_datagram_lay(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Pads = true;
        byte[] old = new byte[100];
        old.AsSpan().Fill(0xFF);
        byte[] frame = TestFrames.Create(size);

        tunnel.SendFromPeer(old);
        tunnel.Session.ReadUntil(1);
        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(2);

        Assert.Equal(TestFrames.Padded(frame), tunnel.Host.Frames[1]);
        Assert.Equal((ulong)(100 + size), tunnel.Session.Counters.ReceivedBytes);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    public void A_frame_of_60_bytes_is_left_alone(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Pads = true;
        tunnel.SendFromPeer(TestFrames.Create(size));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(size), Assert.Single(tunnel.Host.Frames));
    }

    [Theory]
    [InlineData(14)]
    [InlineData(59)]
    public void Where_the_NIC_does_not_want_it_nothing_is_filled(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(TestFrames.Create(size));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(size), Assert.Single(tunnel.Host.Frames));
    }
}
