// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;

namespace L2tpv3.Packets.Wire;

/// <summary>What a tunnel may take over from the packet in a frame.</summary>
public static class InnerIp
{
    /// <summary>So many bytes of a frame are looked at: Ethernet, two tags, and IP up to the fragment field.</summary>
    public const int LookLength = EthernetFrame.HeaderLength + (VlanTag.MaximumCount * VlanTag.Length) + FragmentOffset + 1;

    private const int TypeOffset = 12;
    private const int FragmentOffset = 6;
    private const byte DontFragmentBit = 0x40;

    /// <summary>Reads the first bytes of a frame. What is not IP has neither.</summary>
    /// <param name="frame">The frame, or its first <see cref="LookLength"/> bytes.</param>
    /// <returns>TOS or traffic class, and whether routers must not fragment it, which is so for every IPv6 packet.</returns>
    public static (byte TrafficClass, bool DontFragment) Read(ReadOnlySpan<byte> frame)
    {
        int at = TypeOffset;
        for (int tags = 0; tags < VlanTag.MaximumCount && VlanTag.IsTag(TypeAt(frame, at)); tags++)
        {
            at += VlanTag.Length;
        }

        ushort type = TypeAt(frame, at);
        int ip = at + sizeof(ushort);
        if (frame.Length <= ip + FragmentOffset)
        {
            return default;
        }

        return type switch
        {
            EtherType.Ipv4 => (frame[ip + 1], (frame[ip + FragmentOffset] & DontFragmentBit) != 0),
            EtherType.Ipv6 => ((byte)(BinaryPrimitives.ReadUInt16BigEndian(frame[ip..]) >> 4), true),
            _ => default,
        };
    }

    private static ushort TypeAt(ReadOnlySpan<byte> frame, int at) =>
        frame.Length < at + sizeof(ushort) ? (ushort)0 : BinaryPrimitives.ReadUInt16BigEndian(frame[at..]);
}
