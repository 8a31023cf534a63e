// SPDX-License-Identifier: GPL-2.0-or-later
//
// An Ethernet frame as it travels in the tunnel: without preamble and FCS (RFC 4719, 3.1).
//
//     | destination (6) | source (6) | 0-2 tags (4 each) | type (2) | payload ...
//     0                              TypeOffset                     14, 18 or 22

using System;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace L2tpv3.Packets.Wire;

/// <summary>Sizes of an Ethernet frame, and the way through its header.</summary>
public static class EthernetFrame
{
    /// <summary>Destination, source and type: nothing shorter is a frame.</summary>
    public const int HeaderLength = 14;

    /// <summary>The longest header that is read: with all tags.</summary>
    public const int MaximumHeaderLength = HeaderLength + (VlanTag.MaximumCount * VlanTag.Length);

    /// <summary>The least an Ethernet medium carries (IEEE 802.3, 64 bytes with FCS). NICs that model a medium want it.</summary>
    public const int MinimumLength = 60;

    /// <summary>The full frame of a usual network: an MTU of 1500, and no tag.</summary>
    public const int FullLength = HeaderLength + 1500;

    /// <summary>Where the type lies, or the first tag.</summary>
    public const int TypeOffset = 12;

    private const int TypeLength = 2;

    /// <summary>Steps over the tags. Inlined: it is called for nearly every frame.</summary>
    /// <param name="head">The frame or its first bytes.</param>
    /// <param name="type">The EtherType behind the tags; a TPID when there are more than <see cref="VlanTag.MaximumCount"/>.</param>
    /// <param name="offset">Where the network header begins.</param>
    /// <returns>False when the header does not end within <paramref name="head"/>.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryFindNetwork(ReadOnlySpan<byte> head, out ushort type, out int offset)
    {
        type = 0;
        offset = HeaderLength;
        if (head.Length < HeaderLength)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16BigEndian(head[TypeOffset..]);
        for (int tags = 0; tags < VlanTag.MaximumCount && VlanTag.IsTag(type); tags++)
        {
            offset += VlanTag.Length;
            if (head.Length < offset)
            {
                return false;
            }

            type = BinaryPrimitives.ReadUInt16BigEndian(head[(offset - TypeLength)..]);
        }

        return true;
    }
}

/// <summary>The EtherTypes that offloads care about (IANA, IEEE 802 Numbers).</summary>
public static class EtherType
{
    public const ushort Ipv4 = 0x0800;

    public const ushort Ipv6 = 0x86DD;
}

/// <summary>The tag between source address and type (IEEE 802.1Q, 9.6): two bytes of TPID, two of priority and VLAN id.</summary>
public static class VlanTag
{
    /// <summary>Bytes of one tag.</summary>
    public const int Length = 4;

    /// <summary>The most tags that are read: a service tag and a customer tag (802.1ad, QinQ).</summary>
    public const int MaximumCount = 2;

    /// <summary>Tells a TPID from an EtherType.</summary>
    /// <param name="type">The 16 bits behind the source address or behind a tag.</param>
    /// <returns>True for 802.1Q, 802.1ad, and 0x9100, which QinQ equipment older than 802.1ad sends.</returns>
    public static bool IsTag(ushort type) => type is 0x8100 or 0x88A8 or 0x9100;
}
