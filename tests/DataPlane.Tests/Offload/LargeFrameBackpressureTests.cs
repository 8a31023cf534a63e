// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>Large frames while the kernel has no room (EAGAIN): accepted whole or refused whole, and in the end nothing is lost.</summary>
public sealed class LargeFrameBackpressureTests : IDisposable
{
    private const int SendBuffer = 16_384;
    private const int Size = 1000;
    private const int Tiny = 8;
    private const int HeaderLength = 12;
    private readonly FakeHost _host = new();
    private readonly PlaneSession _session;
    private readonly Socket _peer;
    private readonly byte[] _buffer = new byte[2000];

    public LargeFrameBackpressureTests()
    {
        (int descriptor, _peer) = SystemCalls.UnixPair(SendBuffer);
        _session = PlaneSession.Around(descriptor, _host);
        _session.SetVnet(HeaderLength, 0);
    }

    [Fact]
    public void A_large_frame_that_meets_a_full_kernel_is_refused_whole()
    {
        int accepted = 0;
        while (Offer(accepted))
        {
            accepted++;
            _session.RunIfScheduled();
            Assert.True(accepted < 100, "the socket is never full");
        }

        Assert.False(Offer(accepted));
        Assert.False(_session.CanTransmit);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));

        byte[][] expected = Datagrams(accepted);
        List<byte[]> arrived = [];
        for (int turn = 0; arrived.Count < expected.Length; turn++)
        {
            Assert.True(turn < expected.Length, $"{arrived.Count} of {expected.Length} datagrams arrived");
            arrived.AddRange(Drain(int.MaxValue));
            _session.Writable();
        }

        Assert.Equal(expected, arrived);
        Assert.Empty(Drain(int.MaxValue));
    }

    /// <summary>A guest that offers its frames again when it is told to, and a peer that reads late and little.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void No_segment_is_lost_or_doubled_while_the_kernel_is_full_again_and_again(int burst)
    {
        const int total = 150;
        byte[][] expected = Datagrams(total);
        List<byte[]> arrived = [];
        int offered = 0;
        _host.OnResume = OfferBurst;
        for (int turn = 0; arrived.Count < expected.Length; turn++)
        {
            Assert.True(turn < 100 * total, $"{arrived.Count} of {expected.Length} datagrams arrived");
            OfferBurst();
            _session.RunIfScheduled();
            if (!_session.CanTransmit || offered == total)
            {
                arrived.AddRange(Drain(atMost: 3));
            }

            if (_host.WatchesWrite && SystemCalls.IsWritable(_host.WatchedDescriptor, TimeSpan.Zero))
            {
                _session.Writable();
            }
        }

        Assert.Equal(expected, arrived);
        Assert.Equal((ulong)expected.Length, _session.Counters.TransmittedFrames);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
        Assert.True(_host.ResumeCalls > 0);

        void OfferBurst()
        {
            for (int i = 0; i < burst && offered < total && Offer(offered); i++)
            {
                offered++;
            }
        }
    }

    /// <summary>More segments than a batch holds: the frame goes out in parts, and is refused while it is not done.</summary>
    [Fact]
    public void A_frame_of_thousands_of_segments_goes_on_where_a_full_kernel_stopped_it()
    {
        TestPacket packet = Thousands(0);
        byte[][] expected = [.. packet.Segments(Tiny).Select(segment => Datagram(segment.ToFrame()))];

        List<byte[]> arrived = OfferUntilTaken(packet, out int refusals);

        Assert.Equal(expected, arrived);
        Assert.InRange(refusals, 1, 100);
        Assert.Equal((ulong)expected.Length, _session.Counters.TransmittedFrames);
        Assert.Equal(1u, _session.Counters.SegmentedFrames);
        Assert.Equal((ulong)expected.Length, _session.Counters.SegmentDatagrams);
        Assert.Equal(0u, _session.Counters.TotalDrops(out _));
    }

    /// <summary>The host may throw a refused frame away, when the NIC is reset.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void After_a_frame_that_was_half_sent_and_never_came_back_others_are_sent_whole(bool large)
    {
        TestPacket lost = Thousands(0);
        Assert.Equal(0, Offer(lost, Tiny));
        TurnUntilIdle();
        TestPacket other = Packet(7) with { Payload = Noise.Bytes(large ? 3 * Size : 5, 1) };
        Assert.NotEqual(0, Offer(other, Size));
        _session.RunIfScheduled();
        Assert.Equal([.. other.Segments(Size).Select(segment => Datagram(segment.ToFrame()))], Drain(int.MaxValue));

        Assert.Equal(lost.Segments(Tiny).Select(segment => Datagram(segment.ToFrame())), OfferUntilTaken(lost, out _));
    }

    public void Dispose()
    {
        _session.Dispose();
        _host.Dispose();
        _peer.Dispose();
    }

    /// <summary>One to eight segments.</summary>
    private static TestPacket Packet(int number) => new()
    {
        Payload = Noise.Bytes(1 + (number * 997 % (8 * Size)), number),
        Sequence = (uint)number,
        IpVersion = number % 2 == 0 ? 4 : 6,
        FieldSum = FieldSum.PseudoHeader,
    };

    private static TestPacket Thousands(int number) => Packet(number) with { Payload = Noise.Bytes(20_000, 7) };

    private static byte[] Datagram(byte[] frame) => [0, 0, 0, 1, .. frame];

    private static byte[][] Datagrams(int packets) =>
        [.. Enumerable.Range(0, packets).SelectMany(i => Packet(i).Segments(Size)).Select(segment => Datagram(segment.ToFrame()))];

    private bool Offer(int number) => Offer(Packet(number), Size) != 0;

    private nint Offer(TestPacket packet, int size) =>
        _session.Transmit(VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame()));

    /// <summary>A guest that offers one frame until it is taken, and a peer that reads all the time.</summary>
    private List<byte[]> OfferUntilTaken(TestPacket packet, out int refusals)
    {
        List<byte[]> arrived = [];
        refusals = 0;
        while (Offer(packet, Tiny) == 0)
        {
            Assert.True(++refusals < 10_000, "never taken");
            arrived.AddRange(TurnUntilIdle());
        }

        arrived.AddRange(TurnUntilIdle());
        return arrived;
    }

    /// <summary>The event loop turns until the session wants nothing of it, while the peer reads.</summary>
    /// <returns>What the peer got.</returns>
    private List<byte[]> TurnUntilIdle()
    {
        List<byte[]> arrived = [];
        do
        {
            _session.RunIfScheduled();
            arrived.AddRange(Drain(int.MaxValue));
            _session.Writable();
        }
        while (_host.IsScheduled || !_session.CanTransmit);

        arrived.AddRange(Drain(int.MaxValue));
        return arrived;
    }

    private List<byte[]> Drain(int atMost)
    {
        List<byte[]> datagrams = [];
        while (datagrams.Count < atMost && _peer.Poll(0, SelectMode.SelectRead))
        {
            datagrams.Add(_buffer.AsSpan(0, _peer.Receive(_buffer)).ToArray());
        }

        return datagrams;
    }
}
