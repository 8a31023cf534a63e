// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Whole frames in, whole frames out, byte by byte; the checksums were computed apart from this code.</summary>
public sealed class SegmenterLiteralTests
{
    /// <summary>CWR, PSH, FIN and ACK; an id and a sequence number about to wrap; a timestamp option; 19 bytes of payload.</summary>
    [Fact]
    public void A_tcp_frame_over_ipv4_becomes_segments_of_8_8_and_3_bytes()
    {
        // 843d: the pseudo header of 51 bytes, as NEEDS_CSUM has it.
        byte[] frame = Bytes(
            "020000000002020000000001 0800 45000047fffe40004006b6ae c0000201 c0000202"
            + "c0010050 fffffff8 0a0b0c0d 8099 01f6 843d 0000 0101080a0000000100000002"
            + "0102030405060708 090a0b0c0d0e0f10 111213");
        VnetHeader vnet = new() { Flags = 1, GsoType = GsoType.TcpIpv4 | GsoType.Ecn, GsoSize = 8, CsumStart = 34, CsumOffset = 16 };

        byte[][] segments = Cutter.Cut(frame, vnet);

        Assert.Equal(3, segments.Length);
        Assert.Equal(
            Bytes("020000000002020000000001 0800 4500003cfffe40004006b6b9 c0000201 c0000202"
                + "c0010050 fffffff8 0a0b0c0d 8090 01f6 09c2 0000 0101080a0000000100000002 0102030405060708"),
            segments[0]);
        Assert.Equal(
            Bytes("020000000002020000000001 0800 4500003cffff40004006b6b8 c0000201 c0000202"
                + "c0010050 00000000 0a0b0c0d 8010 01f6 ea1a 0000 0101080a0000000100000002 090a0b0c0d0e0f10"),
            segments[1]);
        Assert.Equal(
            Bytes("020000000002020000000001 0800 45000037000040004006b6bd c0000201 c0000202"
                + "c0010050 00000008 0a0b0c0d 8019 01f6 f630 0000 0101080a0000000100000002 111213"),
            segments[2]);
    }

    [Fact]
    public void A_udp_frame_over_ipv6_becomes_datagrams_of_5_and_3_bytes()
    {
        byte[] frame = Bytes(
            "020000000002020000000001 86dd 60000000 0010 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
            + "03e8 07d0 0010 5b96 6161616161 626262");
        VnetHeader vnet = new() { Flags = 1, GsoType = GsoType.Udp, GsoSize = 5, CsumStart = 54, CsumOffset = 6 };

        byte[][] datagrams = Cutter.Cut(frame, vnet);

        Assert.Equal(2, datagrams.Length);
        Assert.Equal(
            Bytes("020000000002020000000001 86dd 60000000 000d 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
                + "03e8 07d0 000d 74e4 6161616161"),
            datagrams[0]);
        Assert.Equal(
            Bytes("020000000002020000000001 86dd 60000000 000b 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
                + "03e8 07d0 000b d448 626262"),
            datagrams[1]);
    }

    /// <summary>RFC 8200, 8.1: over IPv6 a UDP checksum of 0 is not allowed; RFC 768: over IPv4 it means none.</summary>
    [Fact]
    public void A_udp_checksum_that_comes_to_0_is_written_as_ffff()
    {
        byte[] frame = Bytes(
            "020000000002020000000001 86dd 60000000 000a 11 40 20010db8000000000000000000000001 20010db8000000000000000000000002"
            + "03e8 07d0 000a 5b90 98ad");
        VnetHeader vnet = new() { Flags = 1, GsoType = GsoType.Udp, GsoSize = 2, CsumStart = 54, CsumOffset = 6 };
        byte[] datagram = Assert.Single(Cutter.Cut(frame, vnet));
        Assert.Equal<byte>([0xFF, 0xFF], datagram[60..62]);
    }

    /// <summary>The guest of a NIC that cuts in hardware: length 0 in the IP header and in the pseudo header.</summary>
    [Fact]
    public void A_tcp_frame_that_says_nothing_of_its_length_is_cut_all_the_same()
    {
        TestPacket packet = new() { IpVersion = 6, Payload = Noise.Bytes(3000, 1), FieldSum = FieldSum.PseudoHeader };
        byte[] frame = (packet with { StatedLength = 0 }).ToFrame();
        ushort withoutLength = ReferenceChecksum.Fold([.. frame[22..54], 0, IpProtocol.Tcp]);
        frame[70] = (byte)(withoutLength >> 8);
        frame[71] = (byte)withoutLength;

        byte[][] segments = Cutter.Cut(frame, packet.Vnet(1440));

        Assert.Equal([.. ToFrames(packet, 1440)], segments);
    }

    /// <summary>RFC 8200, 8.1: the pseudo header of a source-routed packet has the address of the last hop.</summary>
    [Fact]
    public void The_segments_of_a_source_routed_frame_keep_the_final_destination_in_their_checksum()
    {
        byte[] final = [0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9];
        TestPacket packet = new()
        {
            IpVersion = 6,
            FirstExtension = IpProtocol.Routing,
            IpOptions = [IpProtocol.Tcp, 2, 4, 1, 0, 0, 0, 0, .. final],
            FinalDestination = final,
            Payload = Noise.Bytes(3000, 2),
            FieldSum = FieldSum.PseudoHeader,
        };
        Assert.Equal([.. ToFrames(packet, 1000)], Cutter.Cut(packet.ToFrame(), packet.Vnet(1000)));
        TestPacket udp = packet with { Protocol = IpProtocol.Udp, IpOptions = [IpProtocol.Udp, .. packet.IpOptions[1..]] };
        Assert.Equal([.. ToFrames(udp, 1000)], Cutter.Cut(udp.ToFrame(), udp.Vnet(1000)));
    }

    [Fact]
    public void A_frame_without_payload_is_one_segment()
    {
        TestPacket packet = new() { FieldSum = FieldSum.PseudoHeader, Control = TcpControl.Ack | TcpControl.Fin };
        Assert.Equal([(packet with { FieldSum = FieldSum.Whole }).ToFrame()], Cutter.Cut(packet.ToFrame(), packet.Vnet(1000)));
    }

    private static byte[][] ToFrames(TestPacket packet, int size) => [.. System.Linq.Enumerable.Select(packet.Segments(size), segment => segment.ToFrame())];

    private static byte[] Bytes(string hex) => Convert.FromHexString(hex.Replace(" ", string.Empty, StringComparison.Ordinal));
}
