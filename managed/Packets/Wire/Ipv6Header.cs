// SPDX-License-Identifier: GPL-2.0-or-later
//
// The IPv6 header (RFC 8200, 3) and the walk over its extension headers (RFC 8200, 4).
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |Version| Traffic Class |           Flow Label                  |
//  |         Payload Length        |  Next Header  |   Hop Limit   |
//  |                 Source Address (16), Destination Address (16) |
//
// An extension header begins with its own Next Header and its length in units of 8 bytes, the first not counted. The walk
// ends at anything else, so AH and ESP end it as well: offloads have no business behind them.

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Wire;

/// <summary>A view of the IPv6 header at the start of a packet, with what its extension headers say.</summary>
public readonly ref struct Ipv6Header
{
    /// <summary>Bytes without extension headers.</summary>
    public const int Length = 40;

    /// <summary>The first byte: version 6, and the upper half of a traffic class of 0.</summary>
    public const byte FirstByteWithoutClass = 0x60;

    /// <summary>Where Payload Length lies.</summary>
    public const int PayloadLengthOffset = 4;

    /// <summary>Where Next Header lies.</summary>
    public const int NextHeaderOffset = 6;

    /// <summary>Where Hop Limit lies.</summary>
    public const int HopLimitOffset = 7;

    /// <summary>Where the two addresses lie.</summary>
    public const int AddressesOffset = 8;

    /// <summary>Bytes of the two addresses.</summary>
    public const int AddressesLength = 32;

    private const int ExtensionUnit = 8;
    private const int SegmentsLeftOffset = 3;

    private readonly ReadOnlySpan<byte> _header;

    private Ipv6Header(ReadOnlySpan<byte> header, byte protocol, bool isFragment, bool isSourceRouted)
    {
        _header = header;
        Protocol = protocol;
        IsFragment = isFragment;
        IsSourceRouted = isSourceRouted;
    }

    /// <summary>Bytes of the header with its extension headers: where the payload begins.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>Version, traffic class and flow label.</summary>
    public uint FirstWord => BinaryPrimitives.ReadUInt32BigEndian(_header);

    /// <summary>Bytes behind the fixed header, as the sender says; extension headers count.</summary>
    public int PayloadLength => BinaryPrimitives.ReadUInt16BigEndian(_header[PayloadLengthOffset..]);

    /// <summary>How many routers may still forward the packet.</summary>
    public byte HopLimit => _header[HopLimitOffset];

    /// <summary>What follows the last extension header; in a fragment, what the whole packet carries.</summary>
    public byte Protocol { get; }

    /// <summary>There is a fragment header, be it of an atomic fragment (RFC 6946).</summary>
    public bool IsFragment { get; }

    /// <summary>Destination Address is the next hop of a routing header, while transport checksums cover the last.</summary>
    public bool IsSourceRouted { get; }

    /// <summary>Source and destination, 16 bytes each.</summary>
    public ReadOnlySpan<byte> Addresses => _header.Slice(AddressesOffset, AddressesLength);

    /// <summary>Reads the header and walks the extension headers, if the packet holds them whole.</summary>
    /// <param name="packet">An IPv6 packet.</param>
    /// <param name="header">The view.</param>
    /// <returns>False when the version is not 6 or an extension header is longer than the packet.</returns>
    public static bool TryView(ReadOnlySpan<byte> packet, out Ipv6Header header)
    {
        header = default;
        if (packet.Length < Length || packet[0] >> 4 != 6)
        {
            return false;
        }

        byte next = packet[NextHeaderOffset];
        int end = Length;
        bool isFragment = false;
        bool isSourceRouted = false;
        while (IsExtension(next) && !isFragment)
        {
            if (packet.Length - end < ExtensionUnit)
            {
                return false;
            }

            ReadOnlySpan<byte> extension = packet[end..];
            isFragment = next == IpProtocol.Fragment;
            isSourceRouted |= next == IpProtocol.Routing && extension[SegmentsLeftOffset] != 0;

            // The fragment header is 8 bytes long and has no length field (RFC 8200, 4.5).
            end += isFragment ? ExtensionUnit : ExtensionUnit * (extension[1] + 1);
            next = extension[0];
        }

        if (end > packet.Length)
        {
            return false;
        }

        header = new Ipv6Header(packet[..end], next, isFragment, isSourceRouted);
        return true;
    }

    /// <summary>A view of what is known to be a header without extension headers.</summary>
    /// <param name="header">All of it.</param>
    public static Ipv6Header Of(ReadOnlySpan<byte> header) =>
        new(header, header[NextHeaderOffset], isFragment: false, isSourceRouted: false);

    /// <summary>The traffic class of a packet that may be cut behind its first word.</summary>
    public static byte TrafficClassOf(ReadOnlySpan<byte> packet) => (byte)(BinaryPrimitives.ReadUInt16BigEndian(packet) >> 4);

    /// <summary>Writes Payload Length.</summary>
    public static void SetPayloadLength(Span<byte> header, int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[PayloadLengthOffset..], (ushort)length);

    private static bool IsExtension(byte protocol) => protocol is IpProtocol.HopByHop or IpProtocol.Routing
        or IpProtocol.Fragment or IpProtocol.DestinationOptions;
}
