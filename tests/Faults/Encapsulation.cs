// SPDX-License-Identifier: GPL-2.0-or-later
namespace Faults;

/// <summary>What carries the tunnel.</summary>
public enum Encapsulation
{
    /// <summary>UDP over IPv4.</summary>
    Udp4,

    /// <summary>UDP over IPv6.</summary>
    Udp6,

    /// <summary>IPv4, protocol 115.</summary>
    Ip4,

    /// <summary>IPv6, protocol 115.</summary>
    Ip6,
}
