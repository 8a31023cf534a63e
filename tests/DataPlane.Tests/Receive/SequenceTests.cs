// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets;

namespace DataPlane.Tests.Receive;

/// <summary>seq=: frames are numbered on the way out, and put in their order on the way in.</summary>
public sealed class SequenceTests(Lab lab)
{
    private static readonly int[] s_four = [1, 2, 3, 4];

    public static TheoryData<string> Kinds => Tunnels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Frames_leave_with_numbers_from_0(string kind)
    {
        using Tunnel tunnel = Open(kind, "seq=send");
        tunnel.Session.Send(TestFrames.Burst(3, 60));
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(Numbered(tunnel.Netdev, 0x4000_0000u + (uint)i, TestFrames.Create(60, i)), tunnel.Peer.Receive());
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_a_window_late_and_repeated_frames_are_dropped_and_the_missing_counted(string kind)
    {
        using Tunnel tunnel = Open(kind, "seq=recv");
        Receive(tunnel, 10, 12, 11, 12, 13);
        tunnel.Session.ReadUntilDropped(2);

        AssertDelivered(tunnel, 10, 12, 13);
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.Late));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.Repeated));
        Assert.Equal(1u, tunnel.Session.Counters.LostFrames);
        Assert.Contains(", lost 1", tunnel.Info(), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void With_a_window_they_are_put_in_their_order(string kind)
    {
        using Tunnel tunnel = Open(kind, "seq=both,reorder=4");
        Receive(tunnel, 10, 13, 12, 11, 14);
        tunnel.Session.ReadUntil(5);

        AssertDelivered(tunnel, 10, 11, 12, 13, 14);
        Assert.Equal(0u, tunnel.Session.Counters.LostFrames);
        Assert.Equal(2u, tunnel.Session.Counters.ReorderedFrames);
        Assert.Equal(5u, tunnel.Session.Counters.ReceivedFrames);
        Assert.Contains(", reordered 2", tunnel.Info(), StringComparison.Ordinal);
    }

    /// <summary>Nothing else comes that would push it on.</summary>
    [Fact]
    public void A_frame_waits_for_some_milliseconds_and_no_longer()
    {
        using Tunnel tunnel = Open("udp4", "seq=recv,reorder=4");
        Receive(tunnel, 10);
        tunnel.Session.ReadUntil(1);
        Receive(tunnel, 12);
        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        Assert.Equal(1, tunnel.Host.FrameCount);
        Assert.InRange(tunnel.Host.TimerMs, 0, 10);

        Thread.Sleep(20);
        tunnel.Session.Timer();

        AssertDelivered(tunnel, 10, 12);
        Assert.Equal(1u, tunnel.Session.Counters.LostFrames);
    }

    [Fact]
    public void A_guest_that_is_full_gets_what_was_held_when_it_has_room()
    {
        using Tunnel tunnel = Open("udp4", "seq=recv,reorder=8");
        tunnel.Host.FullAt.UnionWith(s_four);
        Receive(tunnel, 0, 4, 3, 2, 1);
        while (tunnel.Host.FrameCount < 5)
        {
            if (!tunnel.Session.ReadIfReadable(TimeSpan.FromMilliseconds(20)))
            {
                tunnel.Session.Delivered(60);
                tunnel.Session.RunIfScheduled();
            }
        }

        AssertDelivered(tunnel, 0, 1, 2, 3, 4);
        Assert.Equal(5u, tunnel.Session.Counters.ReceivedFrames);
    }

    [Fact]
    public void A_frame_without_a_number_is_dropped_where_numbers_are_expected()
    {
        using Tunnel tunnel = Open("udp4", "seq=recv");
        tunnel.SendFromPeer(tunnel.Peer, Numbered(tunnel.Netdev.OtherEnd(), 7, TestFrames.Create(60)));
        tunnel.Session.ReadUntilDropped(1);
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.NoNumber));
    }

    [Theory]
    [InlineData("l2spec=default")]
    [InlineData("seq=send")]
    public void Elsewhere_numbers_mean_nothing(string settings)
    {
        using Tunnel tunnel = Open("udp4", settings);
        Receive(tunnel, 12, 10, 10);
        tunnel.Session.ReadUntil(3);
        AssertDelivered(tunnel, 12, 10, 10);
    }

    [Fact]
    public void A_link_that_goes_down_drops_what_is_held()
    {
        using Tunnel tunnel = Open("udp4", "seq=recv,reorder=4");
        Receive(tunnel, 10, 12);
        while (tunnel.Session.Counters.ReceivedDatagrams < 2)
        {
            Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        }

        tunnel.Session.SetLink(up: false);

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.LinkDown));
    }

    /// <summary>Five old numbers in a row are believed (SequenceWindow): what waits then waits no longer.</summary>
    [Fact]
    public void What_is_held_when_the_peer_begins_anew_is_delivered_first()
    {
        using Tunnel tunnel = Open("udp4", "seq=recv,reorder=4");
        Receive(tunnel, 1000, 1002, 0, 1, 2, 3, 4, 5);
        tunnel.Session.ReadUntil(4);

        AssertDelivered(tunnel, 1000, 1002, 4, 5);
        Assert.Equal(4u, tunnel.Session.Counters.Drops(DropReason.Late));
        Assert.Equal(8u, tunnel.Session.Counters.ReceivedDatagrams);
        Assert.Equal(1u, tunnel.Session.Counters.LostFrames);
    }

    private static void Receive(Tunnel tunnel, params int[] numbers)
    {
        foreach (int number in numbers)
        {
            tunnel.SendFromPeer(tunnel.Peer, Numbered(tunnel.Netdev.OtherEnd(), 0x4000_0000u | (uint)number, TestFrames.Create(60, number)));
        }
    }

    private static void AssertDelivered(Tunnel tunnel, params int[] numbers)
    {
        IEnumerable<byte[]> frames = numbers.Select(number => TestFrames.Create(60, number));
        Assert.Equal(frames, tunnel.Host.Frames);
    }

    /// <summary>The word behind the cookie is where the counter would be, so the netdev without a counter makes the rest.</summary>
    private static byte[] Numbered(L2tpv3Netdev netdev, uint word, byte[] frame)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, word);
        return netdev.Datagram([.. bytes, .. frame]);
    }

    private Tunnel Open(string kind, string settings) =>
        Tunnels.Open(lab, kind, settings, netdev => netdev with { Counter = NetdevCounter.Off });
}
