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
