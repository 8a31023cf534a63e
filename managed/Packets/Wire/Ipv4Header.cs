// SPDX-License-Identifier: GPL-2.0-or-later
//
// The IPv4 header (RFC 791, 3.1), as a raw IPv4 socket hands it over in front of the payload (raw(7)). A raw IPv6
// socket never does. Only the length matters here: the kernel has checked the rest, and a header with options is
// longer than 20 bytes.

using System;

namespace L2tpv3.Packets.Wire;

/// <summary>A view of the IPv4 header at the start of a packet.</summary>
public readonly ref struct Ipv4Header
{
    /// <summary>Bytes of a header without options.</summary>
    public const int MinimumLength = 20;

    private const int VersionAndLengthOffset = 0;

    private Ipv4Header(int headerLength)
    {
        HeaderLength = headerLength;
    }

    /// <summary>Bytes of the header with its options: where the payload begins.</summary>
    public int HeaderLength { get; }

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

        header = new Ipv4Header(headerLength);
        return true;
    }
}
