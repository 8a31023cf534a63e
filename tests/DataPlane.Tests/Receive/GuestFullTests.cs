// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace DataPlane.Tests.Receive;

/// <summary>
/// The host answers 0: it has queued that frame and takes no more. (The stock backend leaves the rest of its batch until
/// the next datagram comes.)
/// </summary>
public sealed class GuestFullTests(Lab lab)
{
    private const int Sent = 8;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(Sent)]
    public void The_rest_of_the_batch_follows_in_order_without_another_datagram(int fullAt)
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.Add(fullAt);

        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        Assert.Equal(fullAt, tunnel.Host.FrameCount);
        Assert.Equal((ulong)fullAt - 1, tunnel.Session.Counters.ReceivedFrames);

        tunnel.Session.Delivered(60);
        Assert.Equal(fullAt, tunnel.Host.FrameCount);
        tunnel.Session.RunIfScheduled();

        Assert.Equal(Enumerable.Range(0, Sent).Select(Frame), tunnel.Host.Frames);
        Assert.Equal((ulong)Sent, tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(60ul * Sent, tunnel.Session.Counters.ReceivedBytes);
        Assert.True(tunnel.Host.WatchesRead);
    }

    [Fact]
    public void A_guest_that_takes_one_frame_at_a_time_gets_each_frame_once()
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.UnionWith(Enumerable.Range(1, Sent));

        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        for (int i = 1; i <= Sent; i++)
        {
            Assert.Equal(i, tunnel.Host.FrameCount);
            Assert.False(tunnel.Host.WatchesRead);
            tunnel.Session.Delivered(60);
            tunnel.Session.RunIfScheduled();
        }

        Assert.Equal(Enumerable.Range(0, Sent).Select(Frame), tunnel.Host.Frames);
        Assert.Equal((ulong)Sent, tunnel.Session.Counters.ReceivedFrames);
        Assert.True(tunnel.Host.WatchesRead);
    }

    [Fact]
    public void While_the_guest_is_full_the_socket_is_neither_watched_nor_read()
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.Add(3);
        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        Assert.False(tunnel.Host.WatchesRead);

        // Events that were on their way already.
        tunnel.Session.Readable();
        tunnel.Session.RunIfScheduled();
        tunnel.Session.Timer();

        Assert.Equal(3, tunnel.Host.FrameCount);
        Assert.False(tunnel.Host.WatchesRead);
    }

    [Fact]
    public void Nothing_is_delivered_from_within_the_completion_callback()
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.Add(3);
        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

        // QEMU calls it while it purges a NIC that is about to go, and may call it more than once.
        tunnel.Session.Delivered(60);
        tunnel.Session.Delivered(60);
        tunnel.Session.Readable();

        Assert.Equal(3, tunnel.Host.FrameCount);
        Assert.True(tunnel.Host.IsScheduled);
        Assert.Equal(3u, tunnel.Session.Counters.ReceivedFrames);
    }

    [Fact]
    public void A_queued_frame_that_the_host_throws_away_is_counted_as_purged()
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.Add(3);
        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

        tunnel.Session.Delivered(0);
        tunnel.Session.RunIfScheduled();

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.Purged));
        Assert.Equal((ulong)Sent - 1, tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(Sent, tunnel.Host.FrameCount);
    }

    [Fact]
    public void A_completion_that_nobody_waits_for_changes_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Delivered(60);
        tunnel.Session.Delivered(0);
        Assert.False(tunnel.Host.IsScheduled);
        Assert.Equal(0u, tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    [Fact]
    public void A_link_that_goes_down_meanwhile_drops_the_rest()
    {
        using Tunnel tunnel = SendEight();
        tunnel.Host.FullAt.Add(3);
        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

        tunnel.Session.SetLink(false);
        tunnel.Session.Delivered(60);
        tunnel.Session.RunIfScheduled();

        Assert.Equal(3, tunnel.Host.FrameCount);
        Assert.Equal((ulong)Sent - 3, tunnel.Session.Counters.Drops(DropReason.LinkDown));
    }

    private static byte[] Frame(int seed) => TestFrames.Create(60, seed);

    /// <summary>A tunnel with eight datagrams in the socket.</summary>
    private Tunnel SendEight()
    {
        Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(Enumerable.Range(0, Sent).Select(i => Frame(i)));

        return tunnel;
    }
}
