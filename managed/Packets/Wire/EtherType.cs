// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Wire;

/// <summary>The EtherTypes that offloads care about (IANA, IEEE 802 Numbers).</summary>
public static class EtherType
{
    public const ushort Ipv4 = 0x0800;

    public const ushort Ipv6 = 0x86DD;
}
