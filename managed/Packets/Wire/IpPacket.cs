// SPDX-License-Identifier: GPL-2.0-or-later

using System;

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

/// <summary>What the outer IP header may take over from the packet in a frame.</summary>
public static class InnerIp
{
    /// <summary>So many bytes of a frame are looked at: Ethernet, two tags, and IP up to the fragment field.</summary>
    public const int LookLength = EthernetFrame.MaximumHeaderLength + Ipv4Header.FragmentOffset + 1;

    private const byte DontFragmentBit = Ipv4Header.DontFragment >> 8;

    /// <summary>Reads the first bytes of a frame. What is not IP has neither.</summary>
    /// <param name="frame">The frame, or its first <see cref="LookLength"/> bytes.</param>
    /// <returns>TOS or traffic class, and whether routers must not fragment it, which is so for every IPv6 packet.</returns>
    public static (byte TrafficClass, bool DontFragment) Read(ReadOnlySpan<byte> frame)
    {
        if (!EthernetFrame.TryFindNetwork(frame, out ushort type, out int offset) || frame.Length <= offset + Ipv4Header.FragmentOffset)
        {
            return default;
        }

        ReadOnlySpan<byte> ip = frame[offset..];
        return type switch
        {
            EtherType.Ipv4 => (ip[Ipv4Header.TypeOfServiceOffset], (ip[Ipv4Header.FragmentOffset] & DontFragmentBit) != 0),
            EtherType.Ipv6 => (Ipv6Header.TrafficClassOf(ip), true),
            _ => default,
        };
    }
}
