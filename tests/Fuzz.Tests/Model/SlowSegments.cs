// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using Packets.Tests.Offload;

namespace Fuzz.Tests.Model;

/// <summary>What cutting a large frame gives, by the book: TSO (RFC 9293; RFC 3168, 6.1.2 for CWR) and USO.</summary>
internal static class SlowSegments
{
    private const byte Fin = 0x01;
    private const byte Psh = 0x08;
    private const byte Cwr = 0x80;

    /// <summary>The frames, in order.</summary>
    /// <param name="packet">The large one.</param>
    /// <param name="size">Payload bytes of each but the last.</param>
    public static List<byte[]> Cut(SlowPacket packet, int size)
    {
        byte[] frame = packet.Bytes;
        List<byte[]> segments = [];
        int at = packet.Payload;
        do
        {
            byte[] payload = frame[at..Math.Min(at + size, frame.Length)];
            byte[] segment = [.. frame[..packet.Payload], .. payload];
            at += payload.Length;
            WriteIp(packet, segment, segments.Count);
            if (packet.IsTcp)
            {
                WriteTcp(packet, segment, segments.Count * size, isLast: at == frame.Length);
            }
            else
            {
                Write(segment, packet.Transport + 4, segment.Length - packet.Transport);
            }

            WriteChecksum(packet, segment);
            segments.Add(segment);
        }
        while (at < frame.Length);

        return segments;
    }

    private static void WriteIp(SlowPacket packet, byte[] segment, int index)
    {
        int at = packet.Network;
        if (packet.Version == 6)
        {
            Write(segment, at + 4, segment.Length - at - 40);
            return;
        }

        Write(segment, at + 2, segment.Length - at);
        Write(segment, at + 4, SlowPacket.Word(segment, at + 4) + index);
        Write(segment, at + 10, 0);
        Write(segment, at + 10, ReferenceChecksum.Of(segment.AsSpan(at, segment[at] % 16 * 4)));
    }

    private static void WriteTcp(SlowPacket packet, byte[] segment, int offset, bool isLast)
    {
        Span<byte> sequence = segment.AsSpan(packet.Transport + 4, 4);
        BinaryPrimitives.WriteUInt32BigEndian(sequence, BinaryPrimitives.ReadUInt32BigEndian(sequence) + (uint)offset);
        ref byte control = ref segment[packet.Transport + 13];
        int cleared = (offset == 0 ? 0 : Cwr) | (isLast ? 0 : Fin | Psh);
        control = (byte)(control & ~cleared);
    }

    private static void WriteChecksum(SlowPacket packet, byte[] segment)
    {
        int length = segment.Length - packet.Transport;
        byte[] pseudoHeader = packet.PseudoHeader(length);
        if (packet.IsSourceRouted)
        {
            // Only the guest knows the address that is covered: its sum, less the length of the large frame, and this one's.
            int whole = packet.Bytes.Length - packet.Transport;
            int guest = SlowPacket.Word(packet.Bytes, packet.ChecksumAt);
            int others = ~whole & 0xFFFF;
            pseudoHeader = [(byte)(guest >> 8), (byte)guest, (byte)(others >> 8), (byte)others, (byte)(length >> 8), (byte)length];
        }

        Write(segment, packet.ChecksumAt, 0);
        int sum = ReferenceChecksum.Of([.. pseudoHeader, .. segment[packet.Transport..]]);
        Write(segment, packet.ChecksumAt, sum == 0 && !packet.IsTcp ? 0xFFFF : sum);
    }

    private static void Write(byte[] bytes, int at, int word) => BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(at), (ushort)word);
}
