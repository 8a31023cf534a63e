// SPDX-License-Identifier: GPL-2.0-or-later
namespace TestKit;

/// <summary>What carries the datagrams of a session.</summary>
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

/// <summary>The two halves of an encapsulation.</summary>
public static class EncapsulationParts
{
    /// <summary>Over UDP.</summary>
    public static bool IsUdp(this Encapsulation encapsulation) => encapsulation is Encapsulation.Udp4 or Encapsulation.Udp6;

    /// <summary>Over IPv6.</summary>
    public static bool IsIpv6(this Encapsulation encapsulation) => encapsulation is Encapsulation.Udp6 or Encapsulation.Ip6;
}
