// SPDX-License-Identifier: GPL-2.0-or-later
//
// The TCP header (RFC 9293, 3.1).
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |          Source Port          |       Destination Port        |
//  |                        Sequence Number                        |
//  |                    Acknowledgment Number                      |
//  | Offset| Rsvd  |C|E|U|A|P|R|S|F|            Window             |
//  |           Checksum            |         Urgent Pointer        |
//  |                    Options, to a multiple of 4 bytes          |
//
// The options of a TCP header (RFC 9293, 3.1), as far as somebody between the two ends must know them.
//
//     kind   option                     what that means between the ends
//     0      end of the list            whatever follows is no option
//     1      no operation               one byte, without a length
//     2      maximum segment size       see MssClamp
//     19     MD5 signature, RFC 2385    covers addresses, header and payload, but no options
//     29     authentication, RFC 5925   covers all of that, and the options too, unless the two ends have agreed otherwise
//
// Each segment has a signature of its own. So signed segments cannot be joined, and a signed one cannot be cut.

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Wire;

/// <summary>A view of the TCP header at the start of a segment.</summary>
public readonly ref struct TcpHeader
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>Where Sequence Number lies.</summary>
    public const int SequenceOffset = 4;

    /// <summary>Where the control bits lie.</summary>
    public const int ControlOffset = 13;

    /// <summary>Where Checksum lies; csum_offset of a TCP frame.</summary>
    public const int ChecksumOffset = 16;

    private const int AcknowledgmentOffset = 8;
    private const int DataOffsetOffset = 12;
    private const int WindowOffset = 14;
    private const int UrgentPointerOffset = 18;

    private readonly ReadOnlySpan<byte> _header;

    private TcpHeader(ReadOnlySpan<byte> header)
    {
        _header = header;
    }

    /// <summary>Bytes of the header with its options: where the payload begins.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>Source and destination port.</summary>
    public uint Ports => BinaryPrimitives.ReadUInt32BigEndian(_header);

    /// <summary>The number of the payload's first byte.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_header[SequenceOffset..]);

    /// <summary>The number of the byte that is expected next from the other side.</summary>
    public uint Acknowledgment => BinaryPrimitives.ReadUInt32BigEndian(_header[AcknowledgmentOffset..]);

    /// <summary>Data Offset and the reserved bits.</summary>
    public byte DataOffsetByte => _header[DataOffsetOffset];

    /// <summary>The control bits.</summary>
    public TcpControl Control => (TcpControl)_header[ControlOffset];

    /// <summary>How many bytes may be sent beyond <see cref="Acknowledgment"/>, before it is scaled.</summary>
    public ushort Window => BinaryPrimitives.ReadUInt16BigEndian(_header[WindowOffset..]);

    /// <summary>The urgent pointer and all behind it: the options, padding included.</summary>
    public ReadOnlySpan<byte> UrgentPointerAndOptions => _header[UrgentPointerOffset..];

    /// <summary>Reads the header, if the segment holds one whole.</summary>
    /// <param name="segment">A TCP segment.</param>
    /// <param name="header">The view.</param>
    /// <returns>False when the header is shorter than it says.</returns>
    public static bool TryView(ReadOnlySpan<byte> segment, out TcpHeader header)
    {
        header = default;
        if (segment.Length < MinimumLength)
        {
            return false;
        }

        int headerLength = (segment[DataOffsetOffset] >> 4) * 4;
        if (headerLength < MinimumLength || headerLength > segment.Length)
        {
            return false;
        }

        header = new TcpHeader(segment[..headerLength]);
        return true;
    }

    /// <summary>A view of what is known to be a header.</summary>
    /// <param name="header">All of it.</param>
    public static TcpHeader Of(ReadOnlySpan<byte> header) => new(header);

    /// <summary>Writes Sequence Number.</summary>
    public static void SetSequence(Span<byte> header, uint sequence) =>
        BinaryPrimitives.WriteUInt32BigEndian(header[SequenceOffset..], sequence);

    /// <summary>Writes Checksum.</summary>
    public static void SetChecksum(Span<byte> header, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);
}

/// <summary>The control bits of a TCP header (RFC 9293, 3.1; RFC 3168, 6.1 for ECE and CWR).</summary>
[Flags]
public enum TcpControl
{
    None = 0,
    Fin = 0x01,
    Syn = 0x02,
    Rst = 0x04,
    Psh = 0x08,
    Ack = 0x10,
    Urg = 0x20,

    /// <summary>ECN echo: in every segment until the sender has answered.</summary>
    Ece = 0x40,

    /// <summary>Congestion window reduced: in one segment only.</summary>
    Cwr = 0x80,
}

/// <summary>Steps through the options of a TCP header, and stops where they make no sense.</summary>
internal static class TcpOptions
{
    /// <summary>The kind of the MSS.</summary>
    public const byte MaximumSegmentSize = 2;

    /// <summary>The kind of TCP-MD5.</summary>
    public const byte Md5Signature = 19;

    /// <summary>The kind of TCP-AO.</summary>
    public const byte Authentication = 29;

    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;

    /// <summary>Finds the next option that has a length.</summary>
    /// <param name="tcp">The header with its options.</param>
    /// <param name="at">Where to look; at first <see cref="TcpHeader.MinimumLength"/>. On return, behind the option.</param>
    /// <param name="option">The option with its kind and length.</param>
    /// <returns>False at the end of the list, and where it is malformed: nobody reads on there.</returns>
    public static bool TryNext(ReadOnlySpan<byte> tcp, ref int at, out ReadOnlySpan<byte> option)
    {
        option = default;
        while (at < tcp.Length && tcp[at] == NoOperation)
        {
            at++;
        }

        if (tcp.Length - at < 2 || tcp[at] == EndOfOptions || tcp[at + 1] < 2 || tcp[at + 1] > tcp.Length - at)
        {
            return false;
        }

        option = tcp.Slice(at, tcp[at + 1]);
        at += option.Length;
        return true;
    }

    /// <summary>Whether a segment is signed, by either option.</summary>
    /// <param name="tcp">The header with its options.</param>
    public static bool HasSignature(ReadOnlySpan<byte> tcp)
    {
        int at = TcpHeader.MinimumLength;
        while (TryNext(tcp, ref at, out ReadOnlySpan<byte> option))
        {
            if (option[0] is Md5Signature or Authentication)
            {
                return true;
            }
        }

        return false;
    }
}
