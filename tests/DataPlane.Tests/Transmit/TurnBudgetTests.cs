// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Transmit;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Transmit;

/// <summary>
/// What a guest sends in one turn of the event loop is bounded in messages, datagrams and bytes, whatever it asks for; the
/// rest follows in the next turns, in order, each datagram once.
/// </summary>
public sealed class TurnBudgetTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Frames = 3;

    /// <summary>The payload of the largest frame: 8,175 datagrams of 8 bytes.</summary>
    private const int Payload = 65_400;

    public static TheoryData<string, string, int> Ways => new()
    {
        { "udp4", "gso=on", 8 },
        { "udp6", "gso=on", 8 },
        { "udp4", "gso=on", 100 },
        { "udp4", "gso=on", 1448 },
        { "udp4", "gso=off", 8 },
        { "udp4", "gso=off", 1448 },
        { "udp4", "gso=uneven", 8 },
        { "raw4", "", 8 },
        { "raw6", "", 100 },
        { "raw4", "", 1448 },
    };

    [Theory]
    [MemberData(nameof(Ways))]
    public void A_guest_that_has_large_frames_cut_into_tiny_pieces_gets_no_more_than_its_share_of_each_turn(string kind, string settings, int size)
    {
        using Tunnel tunnel = Open(kind, settings);
        ulong expected = Frames * (ulong)((Payload + size - 1) / size);
        Queue<byte[]> ring = new(Enumerable.Range(0, Frames).Select(number => Frame(number, size)));
        int turns = TakeTurns(tunnel, ring, turn => AssertWithinShare(turn, MayBeRuns(kind, settings)));

        Assert.Equal(expected, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(expected, tunnel.Session.Counters.SegmentDatagrams);
        Assert.Equal((ulong)Frames, tunnel.Session.Counters.SegmentedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
        int atLeast = (int)(expected / (ulong)(MayBeRuns(kind, settings) ? TurnBudget.MaximumDatagrams : TurnBudget.MaximumMessages));
        Assert.True(turns >= atLeast, $"{turns} turns");
    }

    /// <summary>Each datagram is a message of its own, for no two neighbours are of one size.</summary>
    [Fact]
    public void A_guest_that_sends_small_frames_without_end_gets_no_more_than_its_share_of_each_turn()
    {
        using Tunnel tunnel = Open("udp4", "gso=on");
        Queue<byte[]> ring = new(Enumerable.Range(0, 3000).Select(i => Plain(60 + (i % 2 == 0 ? i % 64 : 64 + (i % 64)))));

        TakeTurns(tunnel, ring, turn => AssertWithinShare(turn, mayBeRuns: false));

        Assert.Equal(3000u, tunnel.Session.Counters.TransmittedFrames);
    }

    /// <summary>This host may have to cut each of them into fragments, so they are counted in bytes.</summary>
    [Fact]
    public void A_guest_that_sends_frames_of_64_KiB_without_end_gets_no_more_than_its_share_of_each_turn()
    {
        using Tunnel tunnel = Open("raw4", string.Empty);
        Queue<byte[]> ring = new(Enumerable.Range(0, 200).Select(_ => Plain(65_000)));

        TakeTurns(tunnel, ring, turn => AssertWithinShare(turn, mayBeRuns: false));

        Assert.Equal(200u, tunnel.Session.Counters.TransmittedFrames);
    }

    [Fact]
    public void A_burst_of_virtio_net_that_asks_for_nothing_unusual_goes_out_in_one_turn()
    {
        using Tunnel tunnel = Open("udp4", "gso=on");
        Queue<byte[]> ring = new(Enumerable.Range(0, 256).Select(_ => Plain(1514)));

        Assert.Equal(1, TakeTurns(tunnel, ring, _ => { }));
        Assert.Equal(0, tunnel.Host.ResumeCalls);
    }

    [Fact]
    public void What_follows_in_later_turns_arrives_in_order_and_once()
    {
        using Pair pair = Pair.Open(lab);
        pair.Sender.SetVnet(HeaderLength, 0);
        TestPacket packet = Packet(1) with { Payload = Noise.Bytes(40_000, 1) };
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(8), HeaderLength, packet.ToFrame());
        bool isTaken = pair.Sender.Transmit(frame) != 0;
        pair.SenderHost.OnResume = () => isTaken = pair.Sender.Transmit(frame) != 0;
        byte[][] expected = [.. packet.Segments(8).Select(segment => segment.ToFrame())];
        while (pair.ReceiverHost.FrameCount < expected.Length)
        {
            pair.Sender.RunIfScheduled();
            while (pair.Receiver.ReadIfReadable(TimeSpan.Zero) || pair.ReceiverHost.IsScheduled)
            {
                pair.Receiver.RunIfScheduled();
            }

            Assert.True(pair.SenderHost.IsScheduled || pair.ReceiverHost.FrameCount == expected.Length || pair.Receiver.ReadIfReadable(Timeouts.Arrival));
        }

        Assert.True(isTaken);
        Assert.Equal(expected, pair.ReceiverHost.Frames);
    }

    private static bool MayBeRuns(string kind, string settings) => kind.StartsWith("udp", StringComparison.Ordinal) && settings is not "gso=off";

    /// <summary>A turn sends what the one before has left in the batch, and what it adds itself: each at most one share.</summary>
    private static void AssertWithinShare(Work turn, bool mayBeRuns)
    {
        Assert.InRange(turn.Datagrams, 0, mayBeRuns ? TurnBudget.MaximumDatagrams + TransmitBatch.MaximumReserve : 2 * TurnBudget.MaximumMessages);
        Assert.InRange(turn.Bytes, 0, TurnBudget.MaximumBytes + TransmitBatch.MaximumBytes);
    }

    /// <summary>A guest that offers all that it has as soon as it may, in one turn after the other.</summary>
    /// <returns>How many turns it took.</returns>
    private static int TakeTurns(Tunnel tunnel, Queue<byte[]> ring, Action<Work> each)
    {
        PlaneSession session = tunnel.Session;
        int turns = 0;
        tunnel.Host.OnResume = Offer;
        Work before = Done();
        Offer();
        do
        {
            turns++;
            Assert.True(turns < 10_000, "no end");
            each(Done() - before);
            before = Done();
            session.RunIfScheduled();
        }
        while (ring.Count != 0 || tunnel.Host.IsScheduled);

        each(Done() - before);
        return turns;

        void Offer()
        {
            while (ring.TryPeek(out byte[]? frame) && session.Transmit(frame) != 0)
            {
                ring.Dequeue();
            }
        }

        Work Done() => new((long)session.Counters.TransmittedFrames, (long)session.Counters.TransmittedBytes);
    }

    private static TestPacket Packet(int number) =>
        new() { Payload = Noise.Bytes(Payload, number), Sequence = (uint)number, FieldSum = FieldSum.PseudoHeader };

    private static byte[] Frame(int number, int size)
    {
        TestPacket packet = Packet(number);
        return VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame());
    }

    private static byte[] Plain(int size) => [.. new byte[HeaderLength], .. TestFrames.Create(size)];

    private Tunnel Open(string kind, string settings)
    {
        Tunnel tunnel = Tunnels.Open(lab, kind, settings);
        tunnel.Session.SetVnet(HeaderLength, 0);
        return tunnel;
    }

    private sealed record Work(long Datagrams, long Bytes)
    {
        public static Work operator -(Work after, Work before) => new(after.Datagrams - before.Datagrams, after.Bytes - before.Bytes);
    }
}
