// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Capture;

/// <summary>What the packets of a capture file begin with (LINKTYPE_* of tcpdump.org).</summary>
public enum LinkType
{
    /// <summary>Nothing said.</summary>
    None = 0,

    /// <summary>An Ethernet header.</summary>
    Ethernet = 1,

    /// <summary>An IPv4 or IPv6 header (LINKTYPE_RAW).</summary>
    RawIp = 101,
}
