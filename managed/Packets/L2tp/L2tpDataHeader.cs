// SPDX-License-Identifier: GPL-2.0-or-later
//
// The L2TPv3 data message header.
//
// Over UDP (RFC 3931, 4.1.2.1)              Over IP, protocol 115 (RFC 3931, 4.1.1.1)
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |T|x x x x x x x x x x x|  Ver  |           reserved            |  UDP only
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |                          session id                           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |            cookie (none, 32 bits or 64 bits)                  |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  counter word (QEMU and UML), or default sublayer (RFC 3931)  |  see CounterWord and Sublayer
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |            offset=N bytes, zero                               |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |            Ethernet frame without FCS (RFC 4719, 3.1)
//
// Nothing in a data message says which of the optional parts are there: both ends are told by configuration, and a
// wrong guess shows as a wrong cookie or as garbage frames.
//
// The same thing has another name in each tool; only the direction words cannot be misread, so they are ours:
//
//   here               QEMU        ip l2tp (same end)                    RFC 3931
//   transmit session   txsession   peer_session_id                       remote session id
//   receive session    rxsession   session_id                            local session id
//   transmit cookie    txcookie    cookie       (the one it sends)       the cookie the peer assigned
//   receive cookie     rxcookie    peer_cookie  (the one it expects)     the cookie we assigned

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.L2tp;

/// <summary>Sizes and fixed values of the L2TPv3 data message header.</summary>
public static class L2tpDataHeader
{
    /// <summary>Bytes of the flags and version word; present over UDP only.</summary>
    public const int FlagsLength = 4;

    /// <summary>Bytes of the session id.</summary>
    public const int SessionLength = 4;

    /// <summary>The flags word every sender of data messages writes: T = 0, version 3.</summary>
    public const uint DataFlags = 0x0003_0000;

    /// <summary>T bit: set in control messages, which a static tunnel does not have.</summary>
    private const uint TypeBit = 0x8000_0000;

    /// <summary>Ver field: 3 for L2TPv3, 2 for an L2TPv2 sender on the same port.</summary>
    private const uint VersionMask = 0x000F_0000;

    /// <summary>Checks the flags word of a data message over UDP. The x bits are ignored, as RFC 3931 asks.</summary>
    /// <param name="header">At least <see cref="FlagsLength"/> bytes.</param>
    /// <returns><see cref="DropReason.None"/>, or why the message is not for a data session.</returns>
    public static DropReason CheckFlags(ReadOnlySpan<byte> header)
    {
        uint flags = BinaryPrimitives.ReadUInt32BigEndian(header);
        if ((flags & TypeBit) != 0)
        {
            return DropReason.ControlMessage;
        }

        return (flags & VersionMask) == (DataFlags & VersionMask)
            ? DropReason.None
            : DropReason.WrongVersion;
    }
}
