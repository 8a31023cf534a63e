// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Wire;

/// <summary>The sizes of an IP packet of either version.</summary>
public static class IpPacket
{
    /// <summary>The most that the 16 bits of Total Length or Payload Length can say.</summary>
    public const int MaximumLength = 65_535;

    /// <summary>Bytes of the header without options or extension headers.</summary>
    public static int HeaderLength(bool ipv6) => ipv6 ? Ipv6Header.Length : Ipv4Header.MinimumLength;

    /// <summary>The most bytes behind such a header. Total Length counts the header (RFC 791), Payload Length does not (RFC 8200).</summary>
    public static int MaximumPayload(bool ipv6) => ipv6 ? MaximumLength : MaximumLength - Ipv4Header.MinimumLength;
}

/// <summary>Protocol and next header numbers (IANA, Protocol Numbers).</summary>
public static class IpProtocol
{
    public const byte HopByHop = 0;

    public const byte Tcp = 6;

    public const byte Udp = 17;

    public const byte Routing = 43;

    public const byte Fragment = 44;

    public const byte DestinationOptions = 60;

    public const byte L2tp = 115;
}
