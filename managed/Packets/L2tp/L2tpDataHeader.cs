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
//  |                          session ID                           |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |            cookie (none, 32 bits or 64 bits)                  |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |  counter word (QEMU and UML), or default sublayer (RFC 3931)  |  see below
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
//   transmit session   txsession   peer_session_id                       remote session ID
//   receive session    rxsession   session_id                            local session ID
//   transmit cookie    txcookie    cookie       (the one it sends)       the cookie the peer assigned
//   receive cookie     rxcookie    peer_cookie  (the one it expects)     the cookie we assigned
//
// The default L2-specific sublayer (RFC 3931, 4.6), a word behind the cookie; `ip l2tp` calls it l2spec_type default:
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |x|S|x x x x x x|              sequence number                  |
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//
// S: there is a number. It begins at 0 and counts frames modulo 2^24; without S the word is sent as 0 and ignored.
//
// The counter word of QEMU and User-Mode Linux (counter=on): four bytes after the cookie, a number that starts at 1 and
// grows by one per frame; pincounter=on keeps it 0. It is *not* the default L2-specific sublayer of RFC 3931, 4.6, whose
// word carries flags in its high byte and a 24-bit number below:
//
//   sublayer word   x S x x x x x x  [ 24-bit sequence number ]      S = 0x40000000
//   counter word    0 0 0 0 0 0 0 0  [ 24-bit counter         ]      ours
//
// A Linux peer with l2spec_type default reads the word as a sublayer. A bare 32-bit count reaches bit 30 after 2^30
// frames (18 minutes at a million a second); Linux then takes it for S, believes in sequence numbers and drops what is
// out of order. So ours counts within 24 bits and wraps there, as the RFC's number does: the high byte is 0 for ever.

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.L2tp;

/// <summary>Sizes and fixed values of the L2TPv3 data message header.</summary>
public static class L2tpDataHeader
{
    /// <summary>Bytes of the flags and version word; present over UDP only.</summary>
    public const int FlagsLength = 4;

    /// <summary>Bytes of the session ID.</summary>
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

/// <summary>The next value of one session's counter word.</summary>
public struct CounterWord
{
    private const uint Mask = 0x00FF_FFFF;
    private uint _last;

    /// <summary>A counter that has already counted <paramref name="last"/>.</summary>
    /// <param name="last">The value written last; 0 for a new session.</param>
    public CounterWord(uint last)
    {
        _last = last & Mask;
    }

    /// <summary>Counts one frame.</summary>
    /// <returns>The value to write: 1, 2, ... 0xFFFFFF, 0, 1, ...</returns>
    public uint Next()
    {
        _last = (_last + 1) & Mask;
        return _last;
    }
}

/// <summary>The bits of the sublayer's word; see <see cref="Sublayer"/>.</summary>
public static class SublayerWord
{
    /// <summary>S: the low 24 bits are a number.</summary>
    public const uint SequenceBit = 0x4000_0000;

    /// <summary>The number.</summary>
    public const uint NumberMask = 0x00FF_FFFF;

    /// <summary>The number in a word that was received.</summary>
    /// <param name="word">The word.</param>
    /// <param name="number">Its number.</param>
    /// <returns>False when there is none.</returns>
    public static bool TryGetNumber(uint word, out uint number)
    {
        number = word & NumberMask;
        return (word & SequenceBit) != 0;
    }
}
