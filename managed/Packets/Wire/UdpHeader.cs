// SPDX-License-Identifier: GPL-2.0-or-later

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
}
