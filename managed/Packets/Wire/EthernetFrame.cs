// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Wire;

/// <summary>Sizes of an Ethernet frame as it travels in the tunnel: without preamble and FCS (RFC 4719, 3.1).</summary>
public static class EthernetFrame
{
    /// <summary>Destination, source and type: nothing shorter is a frame.</summary>
    public const int HeaderLength = 14;

    /// <summary>The least an Ethernet medium carries (IEEE 802.3, 64 bytes with FCS). NICs that model a medium want it.</summary>
    public const int MinimumLength = 60;
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
