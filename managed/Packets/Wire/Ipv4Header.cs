// SPDX-License-Identifier: GPL-2.0-or-later
//
// The IPv4 header (RFC 791, 3.1): in front of the payload on a raw IPv4 socket (raw(7)), and inside the guest's frames.
//
//   0                   1                   2                   3
//   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//  |Version|  IHL  |Type of Service|          Total Length         |
//  |         Identification        |0|D|M|    Fragment Offset      |
//  |  Time to Live |    Protocol   |        Header Checksum        |
//  |                       Source Address                          |
//  |                    Destination Address                        |
//  |                    Options, to a multiple of 4 bytes          |

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Wire;

/// <summary>A view of the IPv4 header at the start of a packet.</summary>
public readonly ref struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumLength = 20;

    /// <summary>Where Total Length lies.</summary>
    public const int TotalLengthOffset = 2;

    /// <summary>Where Identification lies.</summary>
    public const int IdentificationOffset = 4;

    /// <summary>Where Header Checksum lies.</summary>
    public const int ChecksumOffset = 10;

    /// <summary>Where the two addresses lie.</summary>
    public const int AddressesOffset = 12;

    /// <summary>Bytes of the two addresses.</summary>
    public const int AddressesLength = 8;

    private const int VersionAndLengthOffset = 0;
    private const int FragmentOffset = 6;
    private const int ProtocolOffset = 9;
    private const int MoreFragmentsAndOffsetMask = 0x3FFF;
    private const byte EndOfOptions = 0;
    private const byte NoOperation = 1;
    private const byte LooseSourceRoute = 131;
    private const byte StrictSourceRoute = 137;

    private readonly ReadOnlySpan<byte> _header;

    private Ipv4Header(ReadOnlySpan<byte> header)
    {
        _header = header;
    }

    /// <summary>Bytes of the header with its options: where the payload begins.</summary>
    public int HeaderLength => _header.Length;

    /// <summary>Bytes of header and payload, as the sender says.</summary>
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_header[TotalLengthOffset..]);

    /// <summary>The number fragments of one packet share.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_header[IdentificationOffset..]);

    /// <summary>More fragments follow, or some came before.</summary>
    public bool IsFragment => (FragmentWord & MoreFragmentsAndOffsetMask) != 0;

    /// <summary>What the payload is.</summary>
    public byte Protocol => _header[ProtocolOffset];

    /// <summary>Source and destination, 4 bytes each.</summary>
    public ReadOnlySpan<byte> Addresses => _header.Slice(AddressesOffset, AddressesLength);

    private int FragmentWord => BinaryPrimitives.ReadUInt16BigEndian(_header[FragmentOffset..]);

    /// <summary>Reads the header, if the packet holds one whole.</summary>
    /// <param name="packet">An IPv4 packet.</param>
    /// <param name="header">The view.</param>
    /// <returns>False when the version is not 4 or the header is shorter than it says.</returns>
    public static bool TryView(ReadOnlySpan<byte> packet, out Ipv4Header header)
    {
        header = default;
        if (packet.Length < MinimumLength || packet[VersionAndLengthOffset] >> 4 != 4)
        {
            return false;
        }

        int headerLength = (packet[VersionAndLengthOffset] & 0x0F) * 4;
        if (headerLength < MinimumLength || headerLength > packet.Length)
        {
            return false;
        }

        header = new Ipv4Header(packet[..headerLength]);
        return true;
    }

    /// <summary>
    /// A source route (RFC 791, 3.1) makes Destination Address the next hop, while transport checksums cover the last.
    /// </summary>
    /// <returns>True when there is such an option, or the options cannot be read to their end.</returns>
    public bool IsSourceRouted()
    {
        ReadOnlySpan<byte> options = _header[MinimumLength..];
        while (!options.IsEmpty && options[0] != EndOfOptions)
        {
            if (options[0] == NoOperation)
            {
                options = options[1..];
                continue;
            }

            if (options[0] is LooseSourceRoute or StrictSourceRoute
                || options.Length < 2 || options[1] < 2 || options[1] > options.Length)
            {
                return true;
            }

            options = options[options[1]..];
        }

        return false;
    }
}
