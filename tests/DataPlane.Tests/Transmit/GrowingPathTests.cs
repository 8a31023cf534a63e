// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Transmit;

/// <summary>Runs that were too long for the path are tried again when it takes longer packets.</summary>
public sealed class GrowingPathTests
{
    private const int Frames = 10;
    private const int PollingMs = 100;

    [Fact]
    public void After_the_path_has_grown_long_frames_leave_as_a_run_again()
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4");
        tunnel.Peer.SetCoalescing();
        tunnel.Session.Send(TestFrames.Burst(Frames, 1514));
        int length = tunnel.Netdev.HeaderSize + 1514;
        Assert.Equal(Enumerable.Repeat(length, Frames), Enumerable.Range(0, Frames).Select(_ => tunnel.Peer.Receive().Length));
        Assert.Contains($"gso below {length} bytes only", tunnel.Info(), StringComparison.Ordinal);

        narrow.Lab.Network.Ip("link", "set", "lo", "mtu", "9000");
        Thread.Sleep(PollingMs + 10);
        tunnel.Session.Send(TestFrames.Burst(Frames, 1514));

        // What an MTU of 9000 does not keep from being one packet within this host.
        Assert.Equal(Frames * length, tunnel.Peer.Receive().Length);
        Assert.DoesNotContain("gso", tunnel.Info(), StringComparison.Ordinal);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
        Assert.Equal((ulong)Frames, tunnel.Session.Counters.FragmentedFrames);
    }

    /// <summary>A frame that is refused is offered again and again.</summary>
    [Fact]
    public void While_the_socket_is_full_nobody_asks_what_the_path_takes()
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4", "sndbuf=64k");
        byte[] frame = TestFrames.Create(1514);
        tunnel.Session.Send(TestFrames.Burst(Frames, 1514));
        Assert.Contains("gso below", tunnel.Info(), StringComparison.Ordinal);
        narrow.Lab.Network.SetQueue("lo", "tbf", "rate", "8kbit", "burst", "10kb", "limit", "10mb");
        for (int i = 0; tunnel.Session.CanTransmit; i++)
        {
            Assert.True(i < 1000, "the socket is never full");
            _ = tunnel.Session.Transmit(frame);
            tunnel.Session.RunIfScheduled();
        }

        narrow.Lab.Network.Ip("link", "set", "lo", "mtu", "9000");
        Thread.Sleep(PollingMs + 10);
        Assert.Equal(0, tunnel.Session.Transmit(frame));
        Assert.Contains("gso below", tunnel.Info(), StringComparison.Ordinal);

        narrow.Lab.Network.RemoveQueue("lo");
        Assert.True(SystemCalls.IsWritable(tunnel.Host.WatchedDescriptor, Timeouts.Arrival));
        tunnel.Session.Writable();
        Assert.NotEqual(0, tunnel.Session.Transmit(frame));
        Assert.DoesNotContain("gso below", tunnel.Info(), StringComparison.Ordinal);
    }
}
