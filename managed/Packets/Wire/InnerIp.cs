// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.Packets.Wire;

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
