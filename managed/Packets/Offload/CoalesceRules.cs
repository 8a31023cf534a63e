// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>The comparisons and sums of <see cref="TcpCoalescer"/>, whose head says the rules. Both frames are TCP without IP options.</summary>
internal static class CoalesceRules
{
    /// <summary>
    /// Whether a frame is the next of a flow. The frame need not have been parsed: every byte that decides where its
    /// headers lie is compared with that of the first segment.
    /// </summary>
    /// <param name="frame">The frame.</param>
    /// <param name="held">The flow's frame, with the headers of the first segment.</param>
    /// <param name="flow">The flow.</param>
    public static bool Continues(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, ref readonly Flow flow)
    {
        int network = flow.Layout.NetworkOffset;
        int transport = flow.Layout.TransportOffset;
        int header = flow.Layout.PayloadOffset;
        int payloadLength = frame.Length - header;
        return payloadLength > 0
            && payloadLength <= flow.PayloadSize
            && flow.Length + payloadLength - network <= IpPacket.MaximumLength
            && !flow.IsComplete
            && IsNextTcpHeader(TcpHeader.Of(frame[transport..header]), TcpHeader.Of(held[transport..header]), flow.NextSequence)
            && (flow.Layout.IpVersion == 4
                ? IsNextIpv4Header(Ipv4Header.Of(frame[network..transport]), Ipv4Header.Of(held[network..transport]), frame.Length - network, in flow)
                : IsNextIpv6Header(Ipv6Header.Of(frame[network..transport]), Ipv6Header.Of(held[network..transport]), frame.Length - transport))
            && frame[..network].SequenceEqual(held[..network]);
    }

    /// <summary>
    /// Whether the flow's identifications stay the same: the second segment decides, which this frame is (Linux,
    /// inet_gro_flush).
    /// </summary>
    public static bool HasFixedId(ReadOnlySpan<byte> frame, ReadOnlySpan<byte> held, ref readonly Flow flow)
    {
        if (flow.Layout.IpVersion != 4)
        {
            return false;
        }

        Ipv4Header first = flow.Layout.Ipv4Of(held);
        return first.FragmentWord == Ipv4Header.DontFragment && first.Identification == flow.Layout.Ipv4Of(frame).Identification;
    }

    /// <summary>Whether the IPv4 header and the TCP segment have right checksums.</summary>
    /// <param name="frame">The frame.</param>
    /// <param name="layout">Its layout.</param>
    /// <param name="pseudoHeader">The sum of its pseudo header without the length.</param>
    /// <param name="payload">The sum of its payload.</param>
    public static bool IsRight(ReadOnlySpan<byte> frame, FrameLayout layout, ulong pseudoHeader, ulong payload)
    {
        ulong tcp = InternetChecksum.Sum(frame[layout.TransportOffset..layout.PayloadOffset])
            + InternetChecksum.OfField((uint)(frame.Length - layout.TransportOffset));
        return InternetChecksum.Fold(pseudoHeader + tcp + payload) == 0xFFFF
            && (layout.IpVersion == 6
                || InternetChecksum.Fold(InternetChecksum.Sum(frame[layout.NetworkOffset..layout.TransportOffset])) == 0xFFFF);
    }

    /// <summary>The bit beside DF is 0 (RFC 791, 3.1). Cutting a frame would not lose it, but Linux joins none that has it.</summary>
    public static bool IsWithoutReservedBit(ReadOnlySpan<byte> frame, FrameLayout layout) =>
        (layout.Ipv4Of(frame).FragmentWord & ~Ipv4Header.DontFragment) == 0;

    /// <summary>Makes the headers of the first segment those of the whole, and describes it.</summary>
    /// <param name="frame">The flow's frame, from its first to its last byte.</param>
    /// <param name="flow">The flow.</param>
    public static VnetHeader WriteLargeHeader(Span<byte> frame, ref readonly Flow flow)
    {
        FrameLayout layout = flow.Layout;
        Span<byte> ip = frame[layout.NetworkOffset..];
        if (layout.IpVersion == 4)
        {
            Ipv4Header.SetTotalLength(ip, ip.Length);
            Ipv4Header.SetChecksum(ip, 0);
            Ipv4Header.SetChecksum(ip, InternetChecksum.Finish(InternetChecksum.Sum(ip[..Ipv4Header.MinimumLength])));
        }
        else
        {
            Ipv6Header.SetPayloadLength(ip, ip.Length - Ipv6Header.Length);
        }

        Span<byte> tcp = frame[layout.TransportOffset..];
        ulong pseudoHeader = flow.PseudoHeaderSum + InternetChecksum.OfField((uint)tcp.Length);
        TcpHeader.SetChecksum(tcp, InternetChecksum.Fold(pseudoHeader));

        bool hasCwr = (layout.TcpOf(frame).Control & TcpControl.Cwr) != TcpControl.None;
        return new VnetHeader
        {
            Flags = VnetHeader.NeedsChecksum,
            GsoType = (layout.IpVersion == 4 ? GsoType.TcpIpv4 : GsoType.TcpIpv6) | (hasCwr ? GsoType.Ecn : GsoType.None),
            HdrLen = (ushort)layout.PayloadOffset,
            GsoSize = (ushort)flow.PayloadSize,
            CsumStart = (ushort)layout.TransportOffset,
            CsumOffset = TcpHeader.ChecksumOffset,
        };
    }

    private static bool IsNextTcpHeader(TcpHeader tcp, TcpHeader held, uint sequence) =>
        tcp.Sequence == sequence
        && tcp.Ports == held.Ports
        && tcp.Acknowledgment == held.Acknowledgment
        && tcp.DataOffsetByte == held.DataOffsetByte
        && (tcp.Control & ~TcpControl.Psh) == (held.Control & ~(TcpControl.Psh | TcpControl.Cwr))
        && tcp.Window == held.Window
        && tcp.UrgentPointerAndOptions.SequenceEqual(held.UrgentPointerAndOptions);

    private static bool IsNextIpv4Header(Ipv4Header ip, Ipv4Header held, int packetLength, ref readonly Flow flow) =>
        ip.TotalLength == packetLength
        && ip.FirstWord == held.FirstWord
        && ip.FragmentWord == held.FragmentWord
        && ip.TimeToLive == held.TimeToLive
        && ip.Protocol == held.Protocol
        && ip.Addresses.SequenceEqual(held.Addresses)
        && IsNextId(ip, held, in flow);

    private static bool IsNextIpv6Header(Ipv6Header ip, Ipv6Header held, int payloadLength) =>
        ip.PayloadLength == payloadLength
        && ip.FirstWord == held.FirstWord
        && ip.Protocol == held.Protocol
        && ip.HopLimit == held.HopLimit
        && ip.Addresses.SequenceEqual(held.Addresses);

    private static bool IsNextId(Ipv4Header ip, Ipv4Header held, ref readonly Flow flow)
    {
        ushort distance = (ushort)(ip.Identification - held.Identification);
        bool mayBeFixed = flow.HasFixedId || (flow.SegmentCount == 1 && held.FragmentWord == Ipv4Header.DontFragment);
        return (distance == 0 && mayBeFixed) || (distance == (ushort)flow.SegmentCount && !flow.HasFixedId);
    }
}
