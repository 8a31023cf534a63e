// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Wire;

/// <summary>The UDP header (RFC 768): source port, destination port, length, checksum, 16 bits each.</summary>
public static class UdpHeader
{
    /// <summary>Bytes of the header.</summary>
    public const int HeaderLength = 8;

    /// <summary>Where Length lies: bytes of header and payload.</summary>
    public const int LengthOffset = 4;

    /// <summary>Where Checksum lies; csum_offset of a UDP frame. 0 in it: none.</summary>
    public const int ChecksumOffset = 6;

    private const int DestinationPortOffset = 2;

    /// <summary>Writes both ports.</summary>
    public static void SetPorts(Span<byte> header, int source, int destination)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, (ushort)source);
        BinaryPrimitives.WriteUInt16BigEndian(header[DestinationPortOffset..], (ushort)destination);
    }

    /// <summary>Writes Length.</summary>
    public static void SetLength(Span<byte> header, int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[LengthOffset..], (ushort)length);

    /// <summary>Writes Checksum.</summary>
    public static void SetChecksum(Span<byte> header, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);
}
