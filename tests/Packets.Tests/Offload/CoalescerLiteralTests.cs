// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Whole frames in, whole frames out; and the situations that have a rule of their own.</summary>
public sealed class CoalescerLiteralTests
{
    private static readonly TestPacket s_first = new() { Payload = Noise.Bytes(100, 1) };

    private static readonly TestPacket s_second = Next(s_first);

    private static readonly TestPacket s_third = Next(s_second);

    /// <summary>The three segments of the literal test of TSO become the frame they were cut from, less its FIN.</summary>
    [Fact]
    public void Three_segments_become_one_frame_with_the_sum_of_its_pseudo_header()
    {
        byte[] first = Bytes("020000000002020000000001 0800 4500003cfffe40004006b6b9 c0000201 c0000202"
            + "c0010050 fffffff8 0a0b0c0d 8090 01f6 09c2 0000 0101080a0000000100000002 0102030405060708");
        byte[] second = Bytes("020000000002020000000001 0800 4500003cffff40004006b6b8 c0000201 c0000202"
            + "c0010050 00000000 0a0b0c0d 8010 01f6 ea1a 0000 0101080a0000000100000002 090a0b0c0d0e0f10");
        byte[] last = Bytes("020000000002020000000001 0800 45000037000040004006b6bd c0000201 c0000202"
            + "c0010050 00000008 0a0b0c0d 8018 01f6 f631 0000 0101080a0000000100000002 111213");

        Delivered whole = Assert.Single(Joiner.Join([first, second, last]));

        Assert.Equal(
            Bytes("020000000002020000000001 0800 45000047fffe40004006b6ae c0000201 c0000202"
                + "c0010050 fffffff8 0a0b0c0d 8098 01f6 843d 0000 0101080a0000000100000002"
                + "0102030405060708 090a0b0c0d0e0f10 111213"),
            whole.Frame);
        Assert.Equal(3, whole.SegmentCount);
        Assert.Equal(
            new VnetHeader { Flags = 1, GsoType = GsoType.TcpIpv4 | GsoType.Ecn, HdrLen = 66, GsoSize = 8, CsumStart = 34, CsumOffset = 16 },
            whole.Vnet);
    }

    [Fact]
    public void A_segment_that_stays_alone_is_delivered_untouched_and_as_verified()
    {
        Delivered alone = Assert.Single(Joiner.Join([s_first.ToFrame()]));
        Assert.Equal(s_first.ToFrame(), alone.Frame);
        Assert.Equal(new VnetHeader { Flags = VnetHeader.DataValid }, alone.Vnet);
    }

    [Fact]
    public void A_pure_ack_delivers_its_own_flow_first_and_leaves_others_alone()
    {
        TestPacket other = s_first with { SourcePort = 9 };
        TestPacket ack = s_third with { Payload = [] };
        using Joiner joiner = new();
        foreach (TestPacket packet in (TestPacket[])[other, s_first, s_second, ack])
        {
            joiner.Add(packet.ToFrame());
        }

        Assert.Equal([2, 1, 1], joiner.End().Select(frame => frame.SegmentCount));
        Assert.Equal(ack.ToFrame(), joiner.End()[1].Frame);
        Assert.Equal(other.ToFrame(), joiner.End()[2].Frame);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void A_segment_with_a_wrong_checksum_is_delivered_by_itself_and_in_its_place(int wrong)
    {
        TestPacket[] packets = [s_first, s_second, s_third];
        packets[wrong] = packets[wrong] with { FieldSum = FieldSum.Wrong };
        IReadOnlyList<Delivered> delivered = Joiner.Join(packets.Select(packet => packet.ToFrame()));
        Delivered alone = Assert.Single(delivered, frame => frame.Vnet == null);
        Assert.Equal(packets[wrong].ToFrame(), alone.Frame);
        Assert.Equal(3, delivered.Sum(frame => frame.SegmentCount));
        Assert.Equal(wrong == 1 ? 1 : wrong == 0 ? 0 : 1, delivered.ToList().IndexOf(alone));
    }

    [Fact]
    public void A_segment_with_a_wrong_ipv4_header_checksum_is_not_joined()
    {
        byte[] second = s_second.ToFrame();
        second[24] ^= 1;
        Assert.Equal([1, 1], Joiner.Join([s_first.ToFrame(), second]).Select(frame => frame.SegmentCount));
        byte[] first = s_first.ToFrame();
        first[24] ^= 1;
        Assert.Null(Assert.Single(Joiner.Join([first])).Vnet);
    }

    /// <summary>A runt payload that a NIC padded to 60 bytes: the padding is no payload.</summary>
    [Fact]
    public void A_padded_segment_is_delivered_by_itself()
    {
        byte[] padded = [.. (s_second with { Payload = [1] }).ToFrame(), 0, 0, 0, 0, 0];
        Assert.Equal([1, 1], Joiner.Join([s_first.ToFrame(), padded]).Select(frame => frame.SegmentCount));
    }

    [Fact]
    public void A_reserved_bit_in_the_fragment_field_is_not_joined()
    {
        Assert.Null(Assert.Single(Joiner.Join([(s_first with { Fragment = 0x8000 }).ToFrame()])).Vnet);
    }

    [Fact]
    public void A_fragment_delivers_every_flow_between_its_hosts_first()
    {
        TestPacket fragment = s_first with { DontFragment = false, Fragment = 0x0010 };
        TestPacket elsewhere = s_first with { Destination = [10, 0, 0, 3] };
        IReadOnlyList<Delivered> delivered = Joiner.Join(
            [elsewhere.ToFrame(), s_first.ToFrame(), (s_first with { SourcePort = 9 }).ToFrame(), fragment.ToFrame()]);
        Assert.Equal(fragment.ToFrame(), delivered[2].Frame);
        Assert.Equal(elsewhere.ToFrame(), delivered[3].Frame);
    }

    [Fact]
    public void A_frame_never_grows_beyond_65535_bytes_of_ip_packet()
    {
        foreach (int version in (int[])[4, 6])
        {
            List<byte[]> frames = [];
            TestPacket packet = s_first with { IpVersion = version, Tags = [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5], Payload = new byte[1500] };
            for (int i = 0; i < 100; i++)
            {
                frames.Add(packet.ToFrame());
                packet = Next(packet);
            }

            IReadOnlyList<Delivered> delivered = Joiner.Join(frames);

            Assert.Equal([43, 43, 14], delivered.Select(frame => frame.SegmentCount));
            Assert.All(delivered, frame => Assert.True(frame.Frame.Length <= 22 + 65_535));
        }
    }

    [Fact]
    public void A_frame_that_is_as_long_as_can_be_fits_its_buffer()
    {
        TestPacket longest = s_first with { Tags = [0x88, 0xA8, 0, 7, 0x81, 0, 0, 5], Payload = new byte[65_535 - 40] };
        Assert.Equal(22 + 65_535, Assert.Single(Joiner.Join([longest.ToFrame()])).Frame.Length);
        TestPacket half = longest with { Payload = new byte[(65_535 - 40) / 5] };
        byte[][] frames = [.. longest.Segments(half.Payload.Length).Select(packet => packet.ToFrame())];
        Assert.Equal(5, frames.Length);
        Assert.Equal(22 + 65_535, Assert.Single(Joiner.Join(frames)).Frame.Length);
    }

    [Fact]
    public void An_ipv6_packet_that_no_large_frame_can_hold_is_delivered_by_itself()
    {
        TestPacket packet = s_first with { IpVersion = 6, Payload = new byte[65_535 - 20] };
        Assert.Null(Assert.Single(Joiner.Join([packet.ToFrame()])).Vnet);
    }

    [Fact]
    public void The_ninth_flow_delivers_the_oldest()
    {
        IReadOnlyList<Delivered> delivered = Joiner.Join(Enumerable.Range(1, 9).Select(port => (s_first with { SourcePort = (ushort)port }).ToFrame()));
        Assert.Equal(Enumerable.Range(1, 9), delivered.Select(frame => (int)frame.Frame[35]));
    }

    [Fact]
    public void No_offload_is_used_that_the_guest_did_not_accept()
    {
        using Joiner joiner = new();
        TestPacket six = s_first with { IpVersion = 6 };
        TestPacket cwr = s_first with { Control = TcpControl.Ack | TcpControl.Cwr };
        joiner.Coalescer.AcceptsEcn = false;
        joiner.Coalescer.AcceptsIpv6 = false;
        foreach (TestPacket packet in (TestPacket[])[six, Next(six), cwr, Next(cwr), Next(Next(cwr))])
        {
            joiner.Add((packet with { Control = packet == cwr ? packet.Control : TcpControl.Ack }).ToFrame());
        }

        joiner.Coalescer.AcceptsIpv4 = false;
        joiner.Add(s_first.ToFrame());
        joiner.Add(s_second.ToFrame());

        Assert.Equal([1, 1, 1, 2, 1, 1], joiner.End().Select(frame => frame.SegmentCount));
        Assert.All(joiner.End(), frame => Assert.Equal(frame.SegmentCount == 1, frame.Vnet == null));
    }

    [Fact]
    public void Flows_whose_guest_has_gone_are_forgotten_and_counted()
    {
        using Joiner joiner = new();
        joiner.Add(s_first.ToFrame());
        joiner.Add(s_second.ToFrame());
        joiner.Add((s_first with { SourcePort = 9 }).ToFrame());
        Assert.Equal(3, joiner.Coalescer.Clear());
        Assert.False(joiner.Coalescer.TryGetOldest(out _));
        Assert.Empty(joiner.End());
    }

    [Fact]
    public void Joining_allocates_nothing()
    {
        byte[][] frames = [.. (s_first with { Payload = new byte[20_000] }).Segments(1000).Select(packet => packet.ToFrame())];
        byte[] buffers = new byte[TcpCoalescer.BuffersLength];
        TcpCoalescer coalescer = new() { AcceptsIpv4 = true };
        _ = JoinAll(coalescer, frames, buffers);
        long before = GC.GetAllocatedBytesForCurrentThread();

        int segments = JoinAll(coalescer, frames, buffers);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(20, segments);
    }

    private static int JoinAll(TcpCoalescer coalescer, byte[][] frames, byte[] buffers)
    {
        foreach (byte[] frame in frames)
        {
            _ = coalescer.Add(frame, buffers);
        }

        return coalescer.TryGetOldest(out int flow) ? coalescer.Finish(flow, buffers).SegmentCount : 0;
    }

    private static TestPacket Next(TestPacket packet) => packet with
    {
        Sequence = packet.Sequence + (uint)packet.Payload.Length,
        Identification = (ushort)(packet.Identification + 1),
        Payload = Noise.Bytes(packet.Payload.Length, (int)packet.Sequence),
    };

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
}
