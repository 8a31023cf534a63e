// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.L2tp;

/// <summary>What carries the L2TPv3 header, as a socket sees it.</summary>
public enum Carrier
{
    /// <summary>UDP, IPv4 or IPv6: the header begins with the flags word.</summary>
    Udp,

    /// <summary>Protocol 115 over IPv4: a raw socket delivers the IP header too.</summary>
    RawIpv4,

    /// <summary>Protocol 115 over IPv6: a raw socket delivers the payload only.</summary>
    RawIpv6,
}
