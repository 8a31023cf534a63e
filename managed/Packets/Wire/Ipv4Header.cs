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

    /// <summary>The first byte of a header without options: version 4, and 5 words of 32 bits.</summary>
    public const byte FirstByteWithoutOptions = 0x45;

    /// <summary>DF in the word at <see cref="FragmentOffset"/>: routers must not fragment the packet.</summary>
    public const ushort DontFragment = 0x4000;

    /// <summary>Where Type of Service lies.</summary>
    public const int TypeOfServiceOffset = 1;

    /// <summary>Where Total Length lies.</summary>
    public const int TotalLengthOffset = 2;

    /// <summary>Where Identification lies.</summary>
    public const int IdentificationOffset = 4;

    /// <summary>Where the flags and Fragment Offset lie.</summary>
    public const int FragmentOffset = 6;

    /// <summary>Where Time to Live lies.</summary>
    public const int TimeToLiveOffset = 8;

    /// <summary>Where Protocol lies.</summary>
    public const int ProtocolOffset = 9;

    /// <summary>Where Header Checksum lies.</summary>
    public const int ChecksumOffset = 10;

    /// <summary>Where the two addresses lie.</summary>
    public const int AddressesOffset = 12;

    /// <summary>Bytes of the two addresses.</summary>
    public const int AddressesLength = 8;

    private const int VersionAndLengthOffset = 0;
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

    /// <summary>Version and header length, and behind them Type of Service.</summary>
    public ushort FirstWord => BinaryPrimitives.ReadUInt16BigEndian(_header);

    /// <summary>Bytes of header and payload, as the sender says.</summary>
    public int TotalLength => BinaryPrimitives.ReadUInt16BigEndian(_header[TotalLengthOffset..]);

    /// <summary>The number fragments of one packet share.</summary>
    public ushort Identification => BinaryPrimitives.ReadUInt16BigEndian(_header[IdentificationOffset..]);

    /// <summary>The flags and Fragment Offset.</summary>
    public ushort FragmentWord => BinaryPrimitives.ReadUInt16BigEndian(_header[FragmentOffset..]);

    /// <summary>More fragments follow, or some came before.</summary>
    public bool IsFragment => (FragmentWord & MoreFragmentsAndOffsetMask) != 0;

    /// <summary>How many routers may still forward the packet.</summary>
    public byte TimeToLive => _header[TimeToLiveOffset];

    /// <summary>What the payload is.</summary>
    public byte Protocol => _header[ProtocolOffset];

    /// <summary>Source and destination, 4 bytes each.</summary>
    public ReadOnlySpan<byte> Addresses => _header.Slice(AddressesOffset, AddressesLength);

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

    /// <summary>A view of what is known to be a header.</summary>
    /// <param name="header">All of it.</param>
    public static Ipv4Header Of(ReadOnlySpan<byte> header) => new(header);

    /// <summary>Writes Total Length.</summary>
    public static void SetTotalLength(Span<byte> header, int length) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[TotalLengthOffset..], (ushort)length);

    /// <summary>Writes Identification.</summary>
    public static void SetIdentification(Span<byte> header, ushort identification) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[IdentificationOffset..], identification);

    /// <summary>Writes Header Checksum.</summary>
    public static void SetChecksum(Span<byte> header, ushort checksum) =>
        BinaryPrimitives.WriteUInt16BigEndian(header[ChecksumOffset..], checksum);

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
