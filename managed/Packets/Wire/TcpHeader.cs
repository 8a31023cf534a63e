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

    private const int DataOffsetOffset = 12;

    private readonly ReadOnlySpan<byte> _header;

    private TcpHeader(ReadOnlySpan<byte> header)
    {
        _header = header;
    }

    /// <summary>Bytes of the header with its options: where the payload begins.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>The number of the payload's first byte.</summary>
    public uint Sequence => BinaryPrimitives.ReadUInt32BigEndian(_header[SequenceOffset..]);

    /// <summary>The control bits.</summary>
    public TcpControl Control => (TcpControl)_header[ControlOffset];

    /// <summary>The options, padding included.</summary>
    public ReadOnlySpan<byte> Options => _header[MinimumLength..];

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
}
