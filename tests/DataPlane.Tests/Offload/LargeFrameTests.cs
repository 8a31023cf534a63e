// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.DataPlane.Counting;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>TSO and USO: a large frame of the guest goes out as the datagrams that <see cref="TestPacket.Segments"/> says.</summary>
public sealed class LargeFrameTests(Lab lab)
{
    private const int Size = LargePackets.Size;
    private const int HeaderLength = 12;

    [Theory]
    [InlineData(4, 10, 1)]
    [InlineData(4, 12, 7)]
    [InlineData(4, 20, 1000)]
    [InlineData(4, 24, 70_000)]
    [InlineData(6, 10, 70_000)]
    [InlineData(6, 12, 1)]
    [InlineData(6, 20, 7)]
    [InlineData(6, 24, 1000)]
    public void A_large_frame_goes_out_in_segments_whatever_pieces_it_comes_in(int version, int headerLength, int pieceSize)
    {
        TestPacket packet = LargePackets.Tcp4 with { IpVersion = version };
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(headerLength, 0);
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(Size), headerLength, packet.ToFrame());

        Assert.Equal(frame.Length, tunnel.Session.TransmitInPieces(frame, pieceSize));
        tunnel.Session.RunIfScheduled();

        AssertSent(tunnel, [.. packet.Segments(Size)]);
        Assert.Equal(1u, tunnel.Session.Counters.SegmentedFrames);
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void Segments_leave_by_every_carrier_in_one_call(string kind)
    {
        using Tunnel tunnel = Open(kind);
        Send(tunnel, LargePackets.Tcp4, Size);
        tunnel.Session.RunIfScheduled();

        AssertSent(tunnel, [.. LargePackets.Tcp4.Segments(Size)]);
        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
    }

    [Theory]
    [MemberData(nameof(LargePackets.Names), MemberType = typeof(LargePackets))]
    public void A_large_frame_of_any_shape_is_cut_as_the_model_cuts_it(string shape)
    {
        TestPacket packet = LargePackets.Shapes[shape];
        using Tunnel tunnel = Open("udp4");
        Send(tunnel, packet, Size);
        tunnel.Session.RunIfScheduled();

        AssertSent(tunnel, [.. packet.Segments(Size)]);
    }

    /// <summary>CWR is on the first segment only (RFC 3168, 6.1.2), whether the guest says ECN or not.</summary>
    [Fact]
    public void A_large_frame_with_the_ECN_bit_is_cut_like_any_other()
    {
        TestPacket packet = LargePackets.Tcp4 with { Control = TcpControl.Ack | TcpControl.Cwr | TcpControl.Ece };
        VnetHeader vnet = packet.Vnet(Size) with { GsoType = GsoType.TcpIpv4 | GsoType.Ecn };
        using Tunnel tunnel = Open("udp4");
        tunnel.Session.Send(VnetFrame.FromGuest(vnet, HeaderLength, packet.ToFrame()));

        AssertSent(tunnel, [.. packet.Segments(Size)]);
    }

    /// <summary>A batch holds 1024 segments of one frame; a guest with a tiny MSS makes more.</summary>
    [Fact]
    public void A_frame_of_thousands_of_tiny_segments_goes_out_whole()
    {
        const int tiny = 8;
        TestPacket packet = LargePackets.Tcp4 with { Payload = Noise.Bytes(20_001, 4) };
        using Tunnel tunnel = Open("udp4");
        Send(tunnel, packet, tiny);
        tunnel.Session.RunIfScheduled();

        TestPacket[] segments = [.. packet.Segments(tiny)];
        Assert.Equal(2501, segments.Length);
        AssertSent(tunnel, segments);
    }

    [Fact]
    public void Large_and_small_frames_of_a_burst_keep_their_order()
    {
        TestPacket small = LargePackets.Tcp4 with { Payload = Noise.Bytes(10, 5), FieldSum = FieldSum.Whole };
        TestPacket other = LargePackets.Tcp4 with { Protocol = IpProtocol.Udp, Payload = Noise.Bytes(3000, 6) };
        using Tunnel tunnel = Open("udp4");
        tunnel.Session.Transmit(VnetFrame.FromGuest(default, HeaderLength, small.ToFrame()));
        Send(tunnel, LargePackets.Tcp4, Size);
        tunnel.Session.Transmit(VnetFrame.FromGuest(default, HeaderLength, small.ToFrame()));
        Send(tunnel, other, 500);
        tunnel.Session.TransmitRaw(small.ToFrame());
        tunnel.Session.RunIfScheduled();

        AssertSent(tunnel, [small, .. LargePackets.Tcp4.Segments(Size), small, .. other.Segments(500), small]);

        // Of the frames of the wire one can count back to those of the guest.
        Counters counters = tunnel.Session.Counters;
        Assert.Equal(5u, counters.TransmittedFrames - counters.SegmentDatagrams + counters.SegmentedFrames);
    }

    /// <summary>More than a batch holds: what waits is sent to make room, and nothing else happens.</summary>
    [Theory]
    [InlineData(Size)]
    [InlineData(8948)]
    public void A_burst_of_large_frames_that_fills_the_batch_many_times_keeps_its_order(int size)
    {
        TestPacket[] burst = [.. Enumerable.Range(0, 40).Select(i => LargePackets.Tcp4 with { Sequence = (uint)i, Payload = Noise.Bytes(60_000, i) })];
        using Tunnel tunnel = Open("udp4");
        foreach (TestPacket packet in burst)
        {
            Send(tunnel, packet, size);
        }

        tunnel.Session.RunIfScheduled();

        AssertSent(tunnel, [.. burst.SelectMany(packet => packet.Segments(size))]);
        Assert.Equal(40u, tunnel.Session.Counters.SegmentedFrames);
        Assert.InRange(tunnel.Session.Counters.TransmitCalls, 2u, 10u);
    }

    private static void Send(Tunnel tunnel, TestPacket packet, int size)
    {
        byte[] frame = VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame());
        Assert.Equal(frame.Length, tunnel.Session.Transmit(frame));
    }

    private static void AssertSent(Tunnel tunnel, TestPacket[] packets)
    {
        for (int i = 0; i < packets.Length; i++)
        {
            byte[] datagram = tunnel.Netdev.Datagram(packets[i].ToFrame(), (uint)i + 1);
            Assert.True(datagram.AsSpan().SequenceEqual(tunnel.Peer.Receive()), $"datagram {i} of {packets.Length}");
        }

        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        Assert.Equal((ulong)packets.Length, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    private Tunnel Open(string kind)
    {
        Tunnel tunnel = Tunnels.Open(lab, kind);
        tunnel.Session.SetVnet(HeaderLength, 0);
        return tunnel;
    }
}
