// SPDX-License-Identifier: GPL-2.0-or-later
//
// From the third segment of a flow on, headers are compared with a template. The rules must stay what they are for the
// second segment, which CoalescerRuleTests has: here the fourth segment is the one that is changed.
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

public sealed class HeaderTemplateTests
{
    private const int PayloadSize = 200;
    private const int ControlOffset = 13;
    private const int ChecksumOffset = 16;
    private const int Ipv4ChecksumOffset = 10;

    private static readonly byte[] s_timestamps = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2];

    private static readonly TestPacket s_plain = new() { Payload = Noise.Bytes(PayloadSize, 1) };

    private static readonly Dictionary<string, TestPacket> s_shapes = new(StringComparer.Ordinal)
    {
        ["IPv4"] = s_plain,
        ["IPv4 without DF"] = s_plain with { DontFragment = false },
        ["IPv4 with CWR in the first"] = s_plain with { Control = TcpControl.Ack | TcpControl.Cwr },
        ["IPv4 with a tag and timestamps"] = s_plain with { Tags = [0x81, 0, 0, 5], TcpOptions = s_timestamps },
        ["IPv6"] = s_plain with { IpVersion = 6, DontFragment = false },
        ["IPv6 with two tags and all options"] = s_plain with { IpVersion = 6, DontFragment = false, Tags = [0x88, 0xA8, 0, 5, 0x81, 0, 0, 6], TcpOptions = [.. Enumerable.Repeat((byte)1, 40)] },
    };

    public static TheoryData<string> Shapes => [.. s_shapes.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void Segments_in_order_are_all_joined(string shape)
    {
        Assert.Equal([9], Counts(Flow(s_shapes[shape], 9)));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_later_segment_with_any_bit_of_its_headers_changed_is_not_joined(string shape)
    {
        TestPacket first = s_shapes[shape];
        byte[][] frames = Flow(first, 4);
        for (int bit = 0; bit < first.HeaderLength * 8; bit++)
        {
            if (bit == BitOf(first, TcpControl.Psh))
            {
                continue;
            }

            byte[] changed = WithBit(first, frames[3], bit);
            IReadOnlyList<Delivered> delivered = Joiner.Join([.. frames[..3], changed]);
            Assert.True(
                delivered.Count == 2 && delivered.Any(frame => frame.SegmentCount == 3)
                    && delivered.Any(frame => frame.SegmentCount == 1 && frame.Frame.AsSpan().SequenceEqual(changed)),
                $"bit {bit % 8} of byte {bit / 8}");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_later_segment_with_PSH_is_joined_as_the_last(string shape)
    {
        TestPacket first = s_shapes[shape];
        byte[][] frames = Flow(first, 6);
        frames[3] = WithBit(first, frames[3], BitOf(first, TcpControl.Psh));
        Assert.Equal([4, 2], Counts(frames));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_later_segment_with_a_changed_byte_of_payload_is_not_joined(string shape)
    {
        TestPacket first = s_shapes[shape];
        for (int i = 0; i < PayloadSize; i++)
        {
            byte[][] frames = Flow(first, 4);
            frames[3][first.HeaderLength + i] ^= 0x10;
            Assert.Equal([3, 1], Counts(frames));
        }
    }

    /// <summary>The checksums cannot tell: it is the comparison that must.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_later_segment_with_two_changes_that_leave_its_sums_right_is_not_joined(string shape)
    {
        TestPacket first = s_shapes[shape];
        byte[][] frames = Flow(first, 4);
        int addresses = first.NetworkOffset + (first.IpVersion == 4 ? 12 : 8);
        int[] words = [.. Enumerable.Range(addresses / 2, (first.HeaderLength - addresses) / 2).Select(word => word * 2).Where(word => word != first.TransportOffset + ChecksumOffset)];
        for (int i = 0; i < words.Length; i++)
        {
            byte[] changed = [.. frames[3]];
            Span<byte> one = changed.AsSpan(words[i]);
            Span<byte> other = changed.AsSpan(words[(i + 1) % words.Length]);
            bool up = BinaryPrimitives.ReadUInt16BigEndian(one) != 0xFFFF && BinaryPrimitives.ReadUInt16BigEndian(other) != 0;
            BinaryPrimitives.WriteUInt16BigEndian(one, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(one) + (up ? 1 : -1)));
            BinaryPrimitives.WriteUInt16BigEndian(other, (ushort)(BinaryPrimitives.ReadUInt16BigEndian(other) - (up ? 1 : -1)));
            Assert.True(Joiner.Join([.. frames[..3], changed]).Count == 2, $"words {words[i]}");
        }
    }

    /// <summary>24 segments of 2729 bytes would make 65,536 bytes of IPv4 packet, five of 13,099 make 65,535.</summary>
    [Theory]
    [InlineData(2729, 23)]
    [InlineData(13_099, 5)]
    public void The_longest_flow_is_one_that_IPv4_can_state(int size, int joined)
    {
        Assert.Equal(joined, Counts(Flow(s_plain with { Payload = Noise.Bytes(size, 2) }, 30))[0]);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_flow_of_full_segments_ends_at_64_KiB(string shape)
    {
        TestPacket first = s_shapes[shape] with { Payload = Noise.Bytes(1400, 2) };
        TestPacket[] packets = [.. Packets(first, 100)];
        IReadOnlyList<Delivered> expected = ReferenceCoalescer.Join(packets);
        IReadOnlyList<Delivered> delivered = Joiner.Join(packets.Select(packet => packet.ToFrame()));
        Assert.Equal(expected.Count, delivered.Count);
        Assert.All(expected.Zip(delivered), pair => Assert.True(pair.First.IsSameAs(pair.Second)));
        Assert.Equal(46, delivered[0].SegmentCount);
    }

    [Fact]
    public void Identifications_that_stay_do_so_to_the_end()
    {
        TestPacket[] packets = [.. Packets(s_plain, 6).Select(packet => packet with { Identification = 7 })];
        Assert.Equal([6], Counts([.. packets.Select(packet => packet.ToFrame())]));

        packets[4] = packets[4] with { Identification = 8 };
        Assert.Equal([4, 1, 1], Counts([.. packets.Select(packet => packet.ToFrame())]));
    }

    /// <summary>The place of a flow that was delivered is taken by the next one of the same connection.</summary>
    [Fact]
    public void What_was_known_of_a_flow_is_forgotten_with_it()
    {
        TestPacket[] packets = [.. Packets(s_plain with { DontFragment = false }, 6)];
        packets[2] = packets[2] with { Control = TcpControl.Ack | TcpControl.Psh };

        // The first three count from 0x1234. The fourth starts anew, and the fifth goes on with the old count.
        packets[3] = packets[3] with { Identification = 0x2000 };
        packets[4] = packets[4] with { Identification = 0x1235 };
        Assert.Equal([3, 1, 1, 1], Counts([.. packets.Select(packet => packet.ToFrame())]));
    }

    private static int[] Counts(byte[][] frames) => [.. Joiner.Join(frames).Select(delivered => delivered.SegmentCount)];

    private static byte[][] Flow(TestPacket first, int count) => [.. Packets(first, count).Select(packet => packet.ToFrame())];

    private static IEnumerable<TestPacket> Packets(TestPacket first, int count)
    {
        int size = first.Payload.Length;
        return (first with { Payload = Noise.Bytes(size * count, 3) }).Segments(size);
    }

    private static int BitOf(TestPacket packet, TcpControl control) =>
        ((packet.TransportOffset + ControlOffset) * 8) + int.TrailingZeroCount((int)control);

    /// <summary>The frame with one bit changed and its checksums made right again, unless the bit is of a checksum.</summary>
    private static byte[] WithBit(TestPacket packet, byte[] frame, int bit)
    {
        byte[] changed = [.. frame];
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        int network = packet.NetworkOffset;
        int transport = packet.TransportOffset;
        bool isOfChecksum = bit / 16 == (transport + ChecksumOffset) / 2
            || (packet.IpVersion == 4 && bit / 16 == (network + Ipv4ChecksumOffset) / 2);
        if (isOfChecksum)
        {
            return changed;
        }

        if (packet.IpVersion == 4)
        {
            SetChecksum(changed, network + Ipv4ChecksumOffset, changed[network..transport]);
        }

        byte[] addresses = packet.IpVersion == 4 ? changed[(network + 12)..(network + 20)] : changed[(network + 8)..(network + 40)];
        int length = frame.Length - transport;
        SetChecksum(changed, transport + ChecksumOffset, [.. addresses, 0, IpProtocol.Tcp, (byte)(length >> 8), (byte)length, .. changed[transport..]]);
        return changed;
    }

    /// <summary>Sets a checksum field over bytes in which it still has its old value.</summary>
    private static void SetChecksum(byte[] frame, int offset, byte[] covered)
    {
        ushort old = BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(offset));
        ushort without = ReferenceChecksum.Of([.. covered, (byte)(~old >> 8), (byte)~old]);
        BinaryPrimitives.WriteUInt16BigEndian(frame.AsSpan(offset), without);
    }
}
