// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Wire;

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
