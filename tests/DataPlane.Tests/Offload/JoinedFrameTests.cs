// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>What the guest gets of the TCP segments of one batch: large frames where it accepts them, else the segments.</summary>
public sealed class JoinedFrameTests : System.IDisposable
{
    private const int BatchSize = 64;
    private const uint Csum = PlaneConstants.L2TP_OFFLOAD_CSUM;
    private const uint Tso4 = PlaneConstants.L2TP_OFFLOAD_TSO4;
    private const uint Tso6 = PlaneConstants.L2TP_OFFLOAD_TSO6;

    private static readonly TestPacket s_ipv4 = new();

    private static readonly TestPacket s_ipv6 = new() { IpVersion = 6 };

    private readonly UnixTunnel _tunnel = new();

    [Theory]
    [InlineData(10)]
    [InlineData(12)]
    [InlineData(20)]
    [InlineData(24)]
    public void Interleaved_connections_are_joined_as_the_reference_model_joins_them(int headerLength)
    {
        int joined = 0;
        int packets = 0;
        _tunnel.Session.SetVnet(headerLength, VnetFrame.AllOffloads);
        for (int seed = 0; seed < 60; seed++)
        {
            TestPacket[] batch = [.. TestTraffic.Batch(seed).Take(BatchSize)];
            IReadOnlyList<Delivered> expected = ReferenceCoalescer.Join(batch);
            Assert.Equal(expected.Select(frame => VnetFrame.ToGuest(frame, headerLength)), _tunnel.Receive(batch));
            joined += expected.Count(frame => frame.SegmentCount > 1);
            packets += batch.Length;
        }

        Assert.True(joined > 100, $"{joined} joined frames");
        Assert.Equal((ulong)joined, _tunnel.Session.Counters.CoalescedFrames);
        Assert.Equal((ulong)packets, _tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(0u, _tunnel.Session.Counters.TotalDrops(out _));
    }

    /// <summary>Large frames need checksum offload (virtio 1.2, 5.1.3.1), whatever order or nonsense a NIC says.</summary>
    [Theory]
    [InlineData(12, 0)]
    [InlineData(12, Csum)]
    [InlineData(12, Tso4 | Tso6)]
    [InlineData(12, Csum | PlaneConstants.L2TP_OFFLOAD_ECN | PlaneConstants.L2TP_OFFLOAD_UFO)]
    [InlineData(10, Csum)]
    [InlineData(0, VnetFrame.AllOffloads)]
    [InlineData(0, 0)]
    public void Segments_are_not_joined_for_a_guest_that_does_not_accept_it(int headerLength, uint offloads)
    {
        bool hasChecksums = headerLength != 0 && (offloads & Csum) != 0;
        TestPacket[] batch = [.. Interleaved(Stream(s_ipv4, 4), Stream(s_ipv6, 4))];
        _tunnel.Session.SetVnet(headerLength, offloads);

        IReadOnlyList<byte[]> frames = _tunnel.Receive(batch);

        VnetHeader header = hasChecksums ? new VnetHeader { Flags = VnetHeader.DataValid } : default;
        Assert.Equal(batch.Select(packet => VnetFrame.ToGuest(header, headerLength, packet.ToFrame())), frames);
        Assert.Equal(0u, _tunnel.Session.Counters.CoalescedFrames);
    }

    [Theory]
    [InlineData(Csum | Tso4, true, false)]
    [InlineData(Csum | Tso6, false, true)]
    [InlineData(Csum | Tso4 | Tso6, true, true)]
    public void Each_IP_version_is_joined_only_for_a_guest_that_accepts_it(uint offloads, bool joins4, bool joins6)
    {
        _tunnel.Session.SetVnet(12, offloads);

        IReadOnlyList<byte[]> frames = _tunnel.Receive(Interleaved(Stream(s_ipv4, 3), Stream(s_ipv6, 3)));

        Assert.Equal((joins4 ? 1 : 3) + (joins6 ? 1 : 3), frames.Count);
        Assert.Equal(joins4, frames.Any(frame => frame[1] == (int)GsoType.TcpIpv4));
        Assert.Equal(joins6, frames.Any(frame => frame[1] == (int)GsoType.TcpIpv6));
    }

    /// <summary>A guest that does not know ECN would drop the bit (virtio 1.2, 5.1.6.2).</summary>
    [Theory]
    [InlineData(Csum | Tso4, false)]
    [InlineData(Csum | Tso4 | PlaneConstants.L2TP_OFFLOAD_ECN, true)]
    public void A_segment_with_CWR_begins_a_large_frame_only_for_a_guest_that_accepts_ECN(uint offloads, bool isJoined)
    {
        TestPacket[] stream = [.. Stream(s_ipv4, 3)];
        stream[0] = stream[0] with { Control = TcpControl.Ack | TcpControl.Cwr };
        _tunnel.Session.SetVnet(12, offloads);

        IReadOnlyList<byte[]> frames = _tunnel.Receive(stream);

        Assert.Equal(isJoined ? 1 : 2, frames.Count);
        Assert.Equal(isJoined ? (int)(GsoType.TcpIpv4 | GsoType.Ecn) : 0, frames[0][1]);
    }

    [Theory]
    [InlineData(FieldSum.Whole, IpProtocol.Tcp, true)]
    [InlineData(FieldSum.Whole, IpProtocol.Udp, true)]
    [InlineData(FieldSum.Wrong, IpProtocol.Tcp, false)]
    [InlineData(FieldSum.Wrong, IpProtocol.Udp, false)]
    [InlineData(FieldSum.None, IpProtocol.Udp, false)]
    [InlineData(FieldSum.PseudoHeader, IpProtocol.Tcp, false)]
    public void DATA_VALID_says_that_a_checksum_was_verified_and_nothing_else(FieldSum sum, byte protocol, bool isValid)
    {
        foreach (uint offloads in (uint[])[Csum, VnetFrame.AllOffloads])
        {
            foreach (int version in (int[])[4, 6])
            {
                TestPacket packet = new() { IpVersion = version, Protocol = protocol, FieldSum = sum, Payload = Noise.Bytes(101, 1) };
                _tunnel.Session.SetVnet(12, offloads);

                byte[] frame = Assert.Single(_tunnel.Receive([packet]));

                VnetHeader header = isValid ? new VnetHeader { Flags = VnetHeader.DataValid } : default;
                Assert.Equal(VnetFrame.ToGuest(header, 12, packet.ToFrame()), frame);
            }
        }
    }

    [Fact]
    public void A_frame_without_a_checksum_that_is_known_is_not_called_valid()
    {
        byte[] frame = TestFrames.Create(60);
        _tunnel.Session.SetVnet(12, VnetFrame.AllOffloads);
        _tunnel.Send(UnixTunnel.Datagram(frame));
        _tunnel.Read();
        Assert.Equal(VnetFrame.ToGuest(default, 12, frame), Assert.Single(_tunnel.Host.Frames));
    }

    [Fact]
    public void An_acknowledgment_between_segments_keeps_its_place()
    {
        TestPacket[] stream = [.. Stream(s_ipv4, 4)];
        TestPacket acknowledgment = stream[2] with { Payload = [] };
        TestPacket[] batch = [stream[0], stream[1], acknowledgment, stream[2], stream[3]];
        _tunnel.Session.SetVnet(12, VnetFrame.AllOffloads);

        IReadOnlyList<byte[]> frames = _tunnel.Receive(batch);

        Assert.Equal(3, frames.Count);
        Assert.Equal([.. stream[0].Payload, .. stream[1].Payload], frames[0][(12 + 54)..]);
        Assert.Equal(VnetFrame.ToGuest(new VnetHeader { Flags = VnetHeader.DataValid }, 12, acknowledgment.ToFrame()), frames[1]);
        Assert.Equal([.. stream[2].Payload, .. stream[3].Payload], frames[2][(12 + 54)..]);
    }

    /// <summary>No frame waits for another: what is in one batch is delivered at its end.</summary>
    [Fact]
    public void Segments_of_two_batches_are_not_joined()
    {
        TestPacket[] stream = [.. Stream(s_ipv4, 4)];
        _tunnel.Session.SetVnet(12, VnetFrame.AllOffloads);
        Assert.Single(_tunnel.Receive(stream[..2]));
        Assert.Single(_tunnel.Receive(stream[2..]));
    }

    /// <summary>64 KiB is the longest packet; 64 datagrams of 9000 bytes make nine.</summary>
    [Fact]
    public void No_joined_frame_is_longer_than_an_IP_packet()
    {
        TestPacket[] stream = [.. Stream(s_ipv4, BatchSize, size: 8946)];
        _tunnel.Session.SetVnet(24, VnetFrame.AllOffloads);

        IReadOnlyList<byte[]> frames = _tunnel.Receive(stream);

        Assert.All(frames, frame => Assert.InRange(frame.Length, 1, 24 + 14 + 65_535));
        Assert.Equal(stream.SelectMany(packet => packet.Payload), frames.SelectMany(frame => frame[(24 + 54)..]));
        Assert.Equal(10, frames.Count);
    }

    public void Dispose() => _tunnel.Dispose();

    private static IEnumerable<TestPacket> Stream(TestPacket first, int count, int size = 100) =>
        (first with { Payload = Noise.Bytes(count * size, size) }).Segments(size);

    private static IEnumerable<TestPacket> Interleaved(IEnumerable<TestPacket> first, IEnumerable<TestPacket> second) =>
        first.Zip(second).SelectMany(pair => new[] { pair.First, pair.Second });
}
