// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Each rule with a frame that breaks just it; the untouched frames are accepted by the tests at the top.</summary>
public sealed class TransmitOffloadTests
{
    private static readonly TestPacket s_tcp4 = new() { Payload = new byte[3000], FieldSum = FieldSum.PseudoHeader };

    private static readonly TestPacket s_tcp6 = s_tcp4 with { IpVersion = 6 };

    private static readonly TestPacket s_udp4 = s_tcp4 with { Protocol = IpProtocol.Udp };

    [Fact]
    public void A_frame_whose_vnet_header_asks_for_nothing_is_sent_as_it_is_whatever_is_in_it()
    {
        Assert.Equal(DropReason.None, TransmitOffload.TryPlan(default, new byte[14], 5000, out TransmitPlan plan));
        Assert.Equal(TransmitAction.SendAsIs, plan.Action);
    }

    [Fact]
    public void Flags_that_mean_nothing_on_transmit_are_ignored()
    {
        VnetHeader header = new() { Flags = 0xFE };
        Assert.Equal(DropReason.None, TransmitOffload.TryPlan(header, new byte[14], 14, out TransmitPlan plan));
        Assert.Equal(TransmitAction.SendAsIs, plan.Action);
    }

    [Fact]
    public void A_frame_with_NEEDS_CSUM_gets_its_checksum_completed()
    {
        TestPacket packet = s_tcp4 with { Payload = new byte[10] };
        VnetHeader header = WithGso(packet.Vnet(0), GsoType.None);
        Assert.Equal(DropReason.None, Plan(header, packet, out TransmitPlan plan));
        Assert.Equal((TransmitAction.CompleteChecksum, 34, 16), (plan.Action, plan.ChecksumStart, plan.ChecksumOffset));
    }

    [Theory]
    [InlineData(4, 6, false, TransmitAction.SegmentTcp)]
    [InlineData(6, 6, false, TransmitAction.SegmentTcp)]
    [InlineData(4, 6, true, TransmitAction.SegmentTcp)]
    [InlineData(6, 6, true, TransmitAction.SegmentTcp)]
    [InlineData(4, 17, false, TransmitAction.SegmentUdp)]
    [InlineData(6, 17, false, TransmitAction.SegmentUdp)]
    public void A_large_frame_is_cut_by_its_own_headers(int version, byte protocol, bool ecn, TransmitAction action)
    {
        TestPacket packet = s_tcp4 with { IpVersion = version, Protocol = protocol };
        VnetHeader header = packet.Vnet(1000);
        header = WithGso(header, header.GsoType | (ecn ? GsoType.Ecn : GsoType.None));

        Assert.Equal(DropReason.None, Plan(header, packet, out TransmitPlan plan));

        Assert.Equal(action, plan.Action);
        Assert.Equal(packet.HeaderLength, plan.HeaderLength);
        Assert.Equal((3000, 1000, 3), (plan.PayloadLength, plan.PayloadSize, plan.SegmentCount));
        Assert.Equal(packet.HeaderLength + 1000, plan.LongestFrame);
    }

    /// <summary>A guest that forwards writes the length of the first packet there (Linux, virtio_net_hdr_from_skb).</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0xFFFF)]
    public void The_header_length_the_guest_states_is_not_used(int hdrLen)
    {
        VnetHeader header = s_tcp4.Vnet(1000) with { HdrLen = (ushort)hdrLen };
        Assert.Equal(DropReason.None, Plan(header, s_tcp4, out TransmitPlan plan));
        Assert.Equal(54, plan.HeaderLength);
    }

    [Fact]
    public void Tcp_may_be_cut_without_NEEDS_CSUM()
    {
        TestPacket packet = s_tcp4 with { FieldSum = FieldSum.Whole };
        Assert.Equal(DropReason.None, Plan(packet.Vnet(1000), packet, out TransmitPlan plan));
        Assert.Equal(TransmitAction.SegmentTcp, plan.Action);
    }

    /// <summary>Drivers of hardware that segments leave the IP length 0 in large frames.</summary>
    [Fact]
    public void The_length_in_the_ip_header_of_a_large_frame_does_not_matter()
    {
        Assert.Equal(DropReason.None, Plan(s_tcp4.Vnet(1000), s_tcp4 with { StatedLength = 0 }, out TransmitPlan plan));
        Assert.Equal(3000, plan.PayloadLength);
    }

    [Fact]
    public void A_frame_shorter_than_an_ethernet_header_is_refused()
    {
        Assert.Equal(DropReason.GuestRunt, TransmitOffload.TryPlan(default, new byte[13], 13, out _));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(0x20 | 1)]
    [InlineData(0x80)]
    [InlineData(0x80 | 5)]
    [InlineData(0xFF)]
    public void A_gso_type_that_does_not_exist_is_refused(int type)
    {
        Assert.Equal(DropReason.UnknownGsoType, Plan(WithGso(s_tcp4.Vnet(1000), (GsoType)type), s_tcp4, out _));
    }

    [Fact]
    public void A_gso_type_that_is_not_what_the_frame_carries_is_refused()
    {
        Assert.Equal(DropReason.GsoTypeMismatch, Plan(WithGso(s_tcp6.Vnet(1000), GsoType.TcpIpv4), s_tcp6, out _));
        Assert.Equal(DropReason.GsoTypeMismatch, Plan(WithGso(s_tcp4.Vnet(1000), GsoType.TcpIpv6), s_tcp4, out _));
        Assert.Equal(DropReason.GsoTypeMismatch, Plan(WithGso(s_tcp4.Vnet(1000), GsoType.Udp), s_tcp4, out _));
        Assert.Equal(DropReason.GsoTypeMismatch, Plan(WithGso(s_udp4.Vnet(1000), GsoType.TcpIpv4), s_udp4, out _));
    }

    /// <summary>CVE-2020-27617: there, GSO with a network protocol nobody knew hit an assertion.</summary>
    [Fact]
    public void A_gso_frame_that_is_not_ip_is_refused()
    {
        byte[] frame = s_tcp4.ToFrame();
        frame[12] = 0x88;
        frame[13] = 0xb5;
        Assert.Equal(DropReason.GsoTypeMismatch, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), frame, frame.Length, out _));
    }

    [Fact]
    public void A_gso_frame_that_is_an_ip_fragment_is_refused()
    {
        TestPacket fragment = s_tcp4 with { DontFragment = false, Fragment = 0x2000 };
        Assert.Equal(DropReason.GsoTypeMismatch, Plan(fragment.Vnet(1000), fragment, out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFFFF)]
    public void A_tcp_gso_size_that_no_segment_can_have_is_refused(int size)
    {
        Assert.Equal(DropReason.BadGsoSize, Plan(s_tcp4.Vnet(size), s_tcp4, out _));
    }

    /// <summary>A guest that joins what it forwards asks for segments of one byte when it was sent segments of one byte.</summary>
    [Theory]
    [InlineData(1, 8)]
    [InlineData(7, 8)]
    [InlineData(8, 8)]
    [InlineData(9, 9)]
    public void Tiny_tcp_segments_are_made_8_bytes_long_and_not_refused(int size, int expected)
    {
        Assert.Equal(DropReason.None, Plan(s_tcp4.Vnet(size), s_tcp4, out TransmitPlan plan));
        Assert.Equal(expected, plan.PayloadSize);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0xFFFF)]
    public void A_udp_gso_size_that_no_datagram_can_have_is_refused(int size)
    {
        Assert.Equal(DropReason.BadGsoSize, Plan(s_udp4.Vnet(size), s_udp4, out _));
    }

    [Fact]
    public void A_udp_frame_may_make_128_datagrams_and_no_more()
    {
        TestPacket packet = s_udp4 with { Payload = new byte[1280] };
        Assert.Equal(DropReason.None, Plan(packet.Vnet(10), packet, out TransmitPlan plan));
        Assert.Equal(128, plan.SegmentCount);
        TestPacket longer = s_udp4 with { Payload = new byte[1281] };
        Assert.Equal(DropReason.TooManySegments, Plan(longer.Vnet(10), longer, out _));
    }

    [Fact]
    public void Udp_is_not_cut_without_NEEDS_CSUM()
    {
        TestPacket packet = s_udp4 with { FieldSum = FieldSum.Whole };
        Assert.Equal(DropReason.BadChecksumField, Plan(packet.Vnet(1000), packet, out _));
    }

    /// <summary>CVE-2024-43817 and CVE-2024-43897: csum_start and csum_offset of a GSO frame were believed.</summary>
    [Theory]
    [InlineData(0, 16)]
    [InlineData(14, 16)]
    [InlineData(33, 16)]
    [InlineData(35, 16)]
    [InlineData(54, 16)]
    [InlineData(0xFFFF, 16)]
    [InlineData(34, 0)]
    [InlineData(34, 6)]
    [InlineData(34, 15)]
    [InlineData(34, 17)]
    [InlineData(34, 0xFFFF)]
    public void The_checksum_of_a_gso_frame_lies_where_its_tcp_header_has_it(int start, int offset)
    {
        VnetHeader header = s_tcp4.Vnet(1000) with { CsumStart = (ushort)start, CsumOffset = (ushort)offset };
        Assert.Equal(DropReason.BadChecksumField, Plan(header, s_tcp4, out _));
    }

    [Theory]
    [InlineData(42, 6)]
    [InlineData(34, 16)]
    public void The_checksum_of_a_gso_frame_lies_where_its_udp_header_has_it(int start, int offset)
    {
        VnetHeader header = s_udp4.Vnet(1000) with { CsumStart = (ushort)start, CsumOffset = (ushort)offset };
        Assert.Equal(DropReason.BadChecksumField, Plan(header, s_udp4, out _));
    }

    [Theory]
    [InlineData(33, 16)]
    [InlineData(0, 10)]
    [InlineData(34, 2965)]
    [InlineData(2999, 54)]
    [InlineData(3053, 0)]
    [InlineData(0xFFFF, 0xFFFF)]
    public void A_checksum_that_begins_in_the_ip_header_or_ends_outside_the_frame_is_refused(int start, int offset)
    {
        TestPacket packet = s_tcp4 with { Payload = new byte[3000 - 54] };
        VnetHeader header = new() { Flags = VnetHeader.NeedsChecksum, CsumStart = (ushort)start, CsumOffset = (ushort)offset };
        Assert.Equal(DropReason.BadChecksumField, Plan(header, packet, out _));
    }

    [Theory]
    [InlineData(34, 2964)]
    [InlineData(2998, 0)]
    public void A_checksum_that_ends_with_the_frame_is_completed(int start, int offset)
    {
        TestPacket packet = s_tcp4 with { Payload = new byte[3000 - 54] };
        VnetHeader header = new() { Flags = VnetHeader.NeedsChecksum, CsumStart = (ushort)start, CsumOffset = (ushort)offset };
        Assert.Equal(DropReason.None, Plan(header, packet, out _));
    }

    [Fact]
    public void A_checksum_of_a_frame_that_is_not_ip_may_begin_behind_the_ethernet_header()
    {
        byte[] frame = s_tcp4.ToFrame();
        frame[12] = 0x88;
        frame[13] = 0x47;
        VnetHeader header = new() { Flags = VnetHeader.NeedsChecksum, CsumStart = 14 };
        Assert.Equal(DropReason.None, TransmitOffload.TryPlan(header, frame, frame.Length, out _));
        Assert.Equal(
            DropReason.BadChecksumField,
            TransmitOffload.TryPlan(header with { CsumStart = 13 }, frame, frame.Length, out _));
    }

    /// <summary>CVE-2016-6835 and QEMU's work item 3648: header lengths that were believed, or summed into 16 bits.</summary>
    [Theory]
    [InlineData(14, 0x44)]
    [InlineData(14, 0x65)]
    [InlineData(34 + 12, 0x40)]
    public void A_frame_with_a_broken_header_is_refused(int at, byte value)
    {
        byte[] frame = s_tcp4.ToFrame();
        frame[at] = value;
        Assert.Equal(DropReason.BadGuestHeaders, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), frame, frame.Length, out _));
    }

    [Fact]
    public void Headers_that_are_not_within_the_first_bytes_are_refused()
    {
        byte[] frame = s_tcp4.ToFrame();
        Assert.Equal(DropReason.BadGuestHeaders, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), frame.AsSpan(0, 53), frame.Length, out _));
        Assert.Equal(DropReason.None, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), frame.AsSpan(0, 54), frame.Length, out _));
    }

    [Fact]
    public void A_gso_frame_of_more_than_one_ip_packet_is_refused()
    {
        byte[] head = s_tcp4.ToFrame();
        Assert.Equal(DropReason.None, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), head, 14 + 65_535, out _));
        Assert.Equal(DropReason.FrameTooLong, TransmitOffload.TryPlan(s_tcp4.Vnet(1000), head, 14 + 65_536, out _));
    }

    [Fact]
    public void A_source_routed_frame_is_cut_only_with_the_pseudo_header_of_the_guest()
    {
        TestPacket packet = s_tcp4 with { IpOptions = [131, 7, 4, 10, 0, 0, 9, 0] };
        Assert.Equal(DropReason.None, Plan(packet.Vnet(1000), packet, out _));
        packet = packet with { FieldSum = FieldSum.Whole };
        Assert.Equal(DropReason.BadGuestHeaders, Plan(packet.Vnet(1000), packet, out _));
    }

    [Theory]
    [InlineData(1000, 1000)]
    [InlineData(1448, 1000)]
    [InlineData(500, 500)]
    [InlineData(3, 8)]
    [InlineData(-60, 8)]
    public void Tcp_segments_can_be_made_smaller_to_fit_a_path(int maximum, int expected)
    {
        Assert.Equal(DropReason.None, Plan(s_tcp4.Vnet(1000), s_tcp4, out TransmitPlan plan));
        plan = plan.WithPayloadAtMost(maximum);
        Assert.Equal(expected, plan.PayloadSize);
        Assert.Equal((3000 + expected - 1) / expected, plan.SegmentCount);
    }

    [Fact]
    public void Udp_datagrams_keep_the_size_the_sender_meant()
    {
        Assert.Equal(DropReason.None, Plan(s_udp4.Vnet(1000), s_udp4, out TransmitPlan plan));
        Assert.Equal(1000, plan.WithPayloadAtMost(500).PayloadSize);
    }

    private static DropReason Plan(VnetHeader header, TestPacket packet, out TransmitPlan plan)
    {
        byte[] frame = packet.ToFrame();
        return TransmitOffload.TryPlan(header, frame, frame.Length, out plan);
    }

    private static VnetHeader WithGso(VnetHeader header, GsoType type) => header with { GsoType = type };
}
