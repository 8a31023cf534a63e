// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Any packet that can be cut, against the slow and obvious model in <see cref="TestPacket.Segments"/>.</summary>
public sealed class SegmenterProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void The_segments_are_those_of_the_reference_model()
    {
        Gen<(TestPacket Packet, int Size)> cases =
            from packet in TestPackets.Large
            from size in Gen.Choose(8, 9000)
            select (packet, Math.Max(size, (packet.Payload.Length + 127) / 128));
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            byte[][] segments = Cutter.Cut(test.Packet.ToFrame(), test.Packet.Vnet(test.Size));
            byte[][] expected = [.. test.Packet.Segments(test.Size).Select(segment => segment.ToFrame())];
            return segments.Length == expected.Length && segments.Zip(expected).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).Check(s_config);
    }

    [Fact]
    public void Smaller_tcp_segments_than_the_guest_asked_for_are_those_of_the_reference_model()
    {
        Gen<(TestPacket Packet, int Size, int Maximum)> cases =
            from packet in TestPackets.Large.Where(packet => packet.IsTcp)
            from size in Gen.Choose(500, 9000)
            from maximum in Gen.Choose(200, 1500)
            select (packet, size, maximum);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            byte[][] segments = Cutter.Cut(test.Packet.ToFrame(), test.Packet.Vnet(test.Size), test.Maximum);
            byte[][] expected = [.. test.Packet.Segments(Math.Min(test.Size, test.Maximum)).Select(segment => segment.ToFrame())];
            return segments.Length == expected.Length && segments.Zip(expected).All(pair => pair.First.AsSpan().SequenceEqual(pair.Second));
        }).Check(s_config);
    }

    /// <summary>What no model can get wrong together with the code: the bytes of the stream, and sums that a receiver checks.</summary>
    [Fact]
    public void The_segments_carry_the_payload_in_order_and_every_checksum_is_right()
    {
        Prop.ForAll(TestPackets.Large.ToArbitrary(), packet =>
        {
            int size = Math.Max(700, (packet.Payload.Length + 127) / 128);
            byte[][] segments = Cutter.Cut(packet.ToFrame(), packet.Vnet(size));
            return segments.SelectMany(segment => segment[packet.HeaderLength..]).SequenceEqual(packet.Payload)
                && segments.All(segment => L2tpv3.Packets.Offload.ChecksumOffload.IsVerified(segment) && HasRightIpHeader(segment, packet));
        }).Check(s_config);
    }

    private static bool HasRightIpHeader(byte[] segment, TestPacket packet)
    {
        if (!FrameLayout.TryParse(segment, segment.Length, out FrameLayout layout) || layout.PacketEnd != segment.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> ip = segment.AsSpan()[packet.NetworkOffset..packet.TransportOffset];
        return packet.IpVersion == 6 || ReferenceChecksum.Fold(ip) == 0xFFFF;
    }
}
