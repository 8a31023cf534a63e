// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace Benchmarks.Vhost;

/// <summary>
/// A TCP stream of 43 full segments, as many as one message with UDP_SEGMENT holds: as one frame that the guest leaves to the device to
/// cut (its TCP checksum is that of the pseudo header), and as the frames of the wire.
/// </summary>
internal static class TcpRun
{
    public const int Segments = 43;

    /// <summary>Of a frame on the wire.</summary>
    public const int FrameSize = Headers + SegmentSize;

    private const int Ethernet = 14;
    private const int Ip = 20;
    private const int Tcp = 32;
    private const int Headers = Ethernet + Ip + Tcp;
    private const int SegmentSize = 1448;
    private const int ChecksumOffset = 16;

    /// <summary>VIRTIO_NET_HDR_F_NEEDS_CSUM, VIRTIO_NET_HDR_GSO_TCPV4; its length is that of virtio 1.x.</summary>
    private static readonly byte[] s_vnetHeader = [1, 1, .. Half(Headers), .. Half(SegmentSize), .. Half(Ethernet + Ip), .. Half(ChecksumOffset), 0, 0];

    /// <summary>What the guest sends, with its vnet header.</summary>
    public static byte[] LargeFrame() => [.. s_vnetHeader, .. Frame(0, Segments * SegmentSize, isComplete: false)];

    /// <summary>Pieces as Linux has them: headers, then pages.</summary>
    public static uint[] Pieces()
    {
        const uint page = 4096;
        uint payload = Segments * SegmentSize;
        return [(uint)(s_vnetHeader.Length + Headers), .. Enumerable.Repeat(page, (int)(payload / page)), .. payload % page == 0 ? Array.Empty<uint>() : [payload % page]];
    }

    /// <summary>What the wire has.</summary>
    public static IReadOnlyList<byte[]> Frames() => [.. Enumerable.Range(0, Segments).Select(i => Frame(i * SegmentSize, SegmentSize, isComplete: true))];

    /// <summary>Frames of the wire in frames that the guest got, vnet headers included: however many were joined, their payload tells.</summary>
    public static long FramesOf(ulong guestFrames, ulong bytes) =>
        (long)((bytes - (guestFrames * (ulong)(s_vnetHeader.Length + Headers))) / SegmentSize);

    private static byte[] Frame(int offset, int size, bool isComplete)
    {
        byte[] frame = new byte[Headers + size];
        ReadOnlySpan<byte> ethernet = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
        ethernet.CopyTo(frame);
        Span<byte> ip = frame.AsSpan(Ethernet, Ip);
        ReadOnlySpan<byte> template = [0x45, 0, 0, 0, 0, 0, 0x40, 0, 64, 6, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2];
        template.CopyTo(ip);
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(Ip + Tcp + size));
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)(offset / SegmentSize));
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], (ushort)~Sum(ip, 0));

        Span<byte> tcp = frame.AsSpan(Ethernet + Ip);
        BinaryPrimitives.WriteUInt16BigEndian(tcp, 40_000);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[2..], 5201);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[4..], (uint)offset);
        BinaryPrimitives.WriteUInt32BigEndian(tcp[8..], 1);
        // Eight words of header, ACK; window; a timestamp option behind two NOPs.
        ReadOnlySpan<byte> rest = [0x80, 0x10, 2, 0, 0, 0, 0, 0, 1, 1, 8, 10, 0, 1, 2, 3, 4, 5, 6, 7];
        rest.CopyTo(tcp[12..]);
        for (int i = Tcp; i < tcp.Length; i++)
        {
            tcp[i] = (byte)(offset + i);
        }

        uint pseudo = Sum(ip[12..], (uint)(6 + Tcp + size));
        BinaryPrimitives.WriteUInt16BigEndian(tcp[ChecksumOffset..], isComplete ? (ushort)~Sum(tcp, pseudo) : (ushort)pseudo);
        return frame;
    }

    /// <summary>The ones' complement sum of RFC 1071, folded.</summary>
    private static uint Sum(ReadOnlySpan<byte> bytes, uint sum)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += i % 2 == 0 ? (uint)bytes[i] << 8 : bytes[i];
        }

        while (sum >> 16 != 0)
        {
            sum = (sum & 0xffff) + (sum >> 16);
        }

        return sum;
    }

    private static byte[] Half(int value) => BitConverter.GetBytes((ushort)value);
}
