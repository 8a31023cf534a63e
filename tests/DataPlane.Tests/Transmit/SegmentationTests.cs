// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Guest;
using L2tpv3.Packets;

namespace DataPlane.Tests.Transmit;

/// <summary>Runs of equal datagrams leave as one (UDP_SEGMENT) and arrive as one (UDP_GRO); nobody can tell by the frames.</summary>
public sealed class SegmentationTests(Lab lab)
{
    public static TheoryData<bool, string> Ways => new()
    {
        { false, "gso=on,gro=on" },
        { false, "gso=on,gro=off" },
        { false, "gso=off,gro=on" },
        { false, "gso=off,gro=off" },
        { true, "gso=on,gro=on" },
        { true, "gso=off,gro=off" },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void Frames_of_one_size_arrive_whole_and_in_order(bool ipv6, string settings)
    {
        int[] sizes = [.. Enumerable.Repeat(1514, 200)];
        using Pair pair = Pair.Open(lab, ipv6, settings);
        pair.Send(sizes);
        pair.AssertReceived(sizes);
    }

    /// <summary>Every way in which a run can begin, grow, end with a shorter one, and be followed by another.</summary>
    [Theory]
    [MemberData(nameof(Ways))]
    public void Frames_of_all_sizes_arrive_whole_and_in_order(bool ipv6, string settings)
    {
        int[] pattern = [60, 60, 60, 59, 60, 61, 61, 14, 14, 14, 1514, 1514, 1514, 100, 100, 1514, 9000, 9000, 65_000, 65_000, 15, 15, 14];
        int[] sizes = [.. pattern, .. pattern.Reverse(), .. pattern];
        using Pair pair = Pair.Open(lab, ipv6, settings);
        foreach (int[] burst in (int[][])[pattern, [.. pattern.Reverse()], pattern])
        {
            // The receive buffer need not hold all of the long ones.
            int before = pair.ReceiverHost.FrameCount;
            SendPart(pair, sizes, before, burst.Length);
            while (pair.ReceiverHost.FrameCount < before + burst.Length)
            {
                Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival));
            }
        }

        pair.AssertReceived(sizes);
    }

    [Fact]
    public void The_last_datagram_of_a_run_may_be_shorter_and_ends_it()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", settings: "gso=on");
        int[] sizes = [100, 100, 99, 99, 99, 98, 100, 100];
        tunnel.Session.Send(TestFrames.OfSizes(sizes));

        tunnel.AssertSent(TestFrames.OfSizes(sizes));

        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
        Assert.Equal((ulong)sizes.Sum(), tunnel.Session.Counters.TransmittedBytes);
    }

    /// <summary>udp(7): a run is never fragmented, so a path that is too narrow refuses it; a single datagram passes.</summary>
    [Fact]
    public void A_run_that_does_not_fit_the_path_goes_one_by_one_and_is_not_tried_again()
    {
        using Lab narrow = new();
        narrow.Network.Ip("link", "set", "lo", "mtu", "1500");
        int[] sizes = [.. Enumerable.Repeat(1514, 10), .. Enumerable.Repeat(60, 10)];
        using Pair pair = Pair.Open(narrow);

        pair.Send(sizes);
        pair.AssertReceived(sizes);

        (Severity severity, string text) = Assert.Single(pair.SenderHost.Reports);
        Assert.Equal(Severity.Information, severity);
        Assert.Equal("l2tpv3 netdev 'n0': gso below 1526 bytes only", text);
        Assert.Equal(0u, pair.Sender.Counters.SendErrors);
        Assert.Equal(0u, pair.Sender.Counters.TotalDrops(out _));
        pair.Send([1514, 1514]);
        Assert.Single(pair.SenderHost.Reports);
        Assert.Equal(22u, pair.Sender.Counters.TransmittedFrames);
    }

    /// <summary>One netdev's flood must not keep QEMU's main loop from the others.</summary>
    [Fact]
    public void One_turn_of_the_event_loop_takes_256_frames_at_most()
    {
        int[] sizes = [.. Enumerable.Repeat(60, 600)];
        using Pair pair = Pair.Open(lab);
        pair.Send(sizes);

        Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival));
        Assert.Equal(256, pair.ReceiverHost.FrameCount);
        Assert.True(pair.ReceiverHost.IsScheduled);

        pair.AssertReceived(sizes);
        Assert.True(pair.ReceiverHost.WatchesRead);
    }

    [Fact]
    public void A_guest_that_is_full_in_the_middle_of_a_run_gets_the_rest_of_it()
    {
        int[] sizes = [.. Enumerable.Repeat(60, 50)];
        using Pair pair = Pair.Open(lab);
        pair.ReceiverHost.FullAt.UnionWith([1, 7, 8, 50]);
        pair.Send(sizes);

        Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival));
        foreach (int full in (int[])[1, 7, 8, 50])
        {
            Assert.Equal(full, pair.ReceiverHost.FrameCount);
            pair.Receiver.Delivered(60);
            pair.Receiver.RunIfScheduled();
        }

        pair.AssertReceived(sizes);
    }

    /// <summary>A frame inside a run is followed by the next header, which the zeros must not touch.</summary>
    [Fact]
    public void Short_frames_of_a_run_are_padded_without_harm_to_the_next()
    {
        using Pair pair = Pair.Open(lab);
        pair.ReceiverHost.Pads = true;
        pair.Send([14, 14, 14]);
        while (pair.ReceiverHost.FrameCount < 3)
        {
            Assert.True(pair.Receiver.ReadIfReadable(Timeouts.Arrival));
        }

        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(TestFrames.Padded(TestFrames.Create(14, i)), pair.ReceiverHost.Frames[i]);
        }
    }

    [Fact]
    public void A_peer_that_comes_back_gets_the_whole_run_that_the_kernel_did_not_send()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        int port = tunnel.Peer.Port;
        tunnel.Peer.Dispose();
        SendTen(tunnel);

        using WirePeer back = Tunnels.OpenPeer(lab, tunnel.Subnet.Peer, udp: true, port);
        SendTen(tunnel);

        for (uint i = 0; i < 10; i++)
        {
            Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60, (int)i), 11 + i), back.Receive());
        }

        Assert.Equal(0u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
    }

    private static void SendTen(Tunnel tunnel)
    {
        tunnel.Session.Send(TestFrames.Burst(10, 60));
    }

    private static void SendPart(Pair pair, int[] sizes, int first, int count)
    {
        for (int i = first; i < first + count; i++)
        {
            pair.Sender.Transmit(TestFrames.Create(sizes[i], i));
        }

        pair.Sender.RunIfScheduled();
    }
}
