// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>The comparisons and sums of <see cref="TcpCoalescer"/>, whose head says the rules. Both frames are TCP without IP options.</summary>
internal static class CoalesceRules
{
    private const int FragmentOffset = 6;
    private const int NextHeaderOffset = 6;
    private const ushort DontFragmentOnly = 0x4000;
    private const int MaximumIpPacket = 65_535;
    private const int AcknowledgmentOffset = 8;
    private const int DataOffsetOffset = 12;
    private const int WindowOffset = 14;
    private const int UrgentPointerOffset = 18;

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
            && flow.Length + payloadLength - network <= MaximumIpPacket
            && !flow.IsComplete
            && IsNextTcpHeader(frame[transport..header], held[transport..header], flow.NextSequence)
            && (flow.Layout.IpVersion == 4
                ? IsNextIpv4Header(frame[network..], held[network..], in flow)
                : IsNextIpv6Header(frame[network..], held[network..]))
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

        int id = flow.Layout.NetworkOffset + Ipv4Header.IdentificationOffset;
        int fragment = flow.Layout.NetworkOffset + FragmentOffset;
        return ReadUInt16(held, fragment) == DontFragmentOnly && ReadUInt16(frame, id) == ReadUInt16(held, id);
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
        (ReadUInt16(frame, layout.NetworkOffset + FragmentOffset) & ~DontFragmentOnly) == 0;

    /// <summary>The sequence number of a frame.</summary>
    public static uint SequenceOf(ReadOnlySpan<byte> frame, FrameLayout layout) =>
        BinaryPrimitives.ReadUInt32BigEndian(frame[(layout.TransportOffset + TcpHeader.SequenceOffset)..]);

    /// <summary>Makes the headers of the first segment those of the whole, and describes it.</summary>
    /// <param name="frame">The flow's frame, from its first to its last byte.</param>
    /// <param name="flow">The flow.</param>
    public static VnetHeader WriteLargeHeader(Span<byte> frame, ref readonly Flow flow)
    {
        FrameLayout layout = flow.Layout;
        Span<byte> ip = frame[layout.NetworkOffset..];
        if (layout.IpVersion == 4)
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.TotalLengthOffset..], (ushort)ip.Length);
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.ChecksumOffset..], 0);
            ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum(ip[..Ipv4Header.MinimumLength]));
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.ChecksumOffset..], checksum);
        }
        else
        {
            BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv6Header.PayloadLengthOffset..], (ushort)(ip.Length - Ipv6Header.Length));
        }

        Span<byte> tcp = frame[layout.TransportOffset..];
        ulong pseudoHeader = flow.PseudoHeaderSum + InternetChecksum.OfField((uint)tcp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(tcp[TcpHeader.ChecksumOffset..], InternetChecksum.Fold(pseudoHeader));

        bool hasCwr = ((TcpControl)tcp[TcpHeader.ControlOffset] & TcpControl.Cwr) != TcpControl.None;
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

    private static bool IsNextTcpHeader(ReadOnlySpan<byte> tcp, ReadOnlySpan<byte> held, uint sequence)
    {
        TcpControl control = (TcpControl)tcp[TcpHeader.ControlOffset] & ~TcpControl.Psh;
        TcpControl heldControl = (TcpControl)held[TcpHeader.ControlOffset] & ~(TcpControl.Psh | TcpControl.Cwr);
        return BinaryPrimitives.ReadUInt32BigEndian(tcp[TcpHeader.SequenceOffset..]) == sequence
            && ReadUInt32(tcp, 0) == ReadUInt32(held, 0)
            && ReadUInt32(tcp, AcknowledgmentOffset) == ReadUInt32(held, AcknowledgmentOffset)
            && tcp[DataOffsetOffset] == held[DataOffsetOffset]
            && control == heldControl
            && ReadUInt16(tcp, WindowOffset) == ReadUInt16(held, WindowOffset)
            && tcp[UrgentPointerOffset..].SequenceEqual(held[UrgentPointerOffset..]);
    }

    private static bool IsNextIpv4Header(ReadOnlySpan<byte> ip, ReadOnlySpan<byte> held, ref readonly Flow flow) =>
        ReadUInt16(ip, Ipv4Header.TotalLengthOffset) == ip.Length

        // Version, header length and TOS; then DF, TTL and protocol; then the addresses.
        && ReadUInt16(ip, 0) == ReadUInt16(held, 0)
        && ReadUInt32(ip, FragmentOffset) == ReadUInt32(held, FragmentOffset)
        && ReadUInt64(ip, Ipv4Header.AddressesOffset) == ReadUInt64(held, Ipv4Header.AddressesOffset)
        && IsNextId(ip, held, in flow);

    private static bool IsNextIpv6Header(ReadOnlySpan<byte> ip, ReadOnlySpan<byte> held) =>
        ReadUInt16(ip, Ipv6Header.PayloadLengthOffset) + Ipv6Header.Length == ip.Length

        // Version, traffic class and flow label; then protocol and hop limit; then the addresses.
        && ReadUInt32(ip, 0) == ReadUInt32(held, 0)
        && ReadUInt16(ip, NextHeaderOffset) == ReadUInt16(held, NextHeaderOffset)
        && ip[Ipv6Header.AddressesOffset..Ipv6Header.Length].SequenceEqual(held[Ipv6Header.AddressesOffset..Ipv6Header.Length]);

    private static bool IsNextId(ReadOnlySpan<byte> ip, ReadOnlySpan<byte> held, ref readonly Flow flow)
    {
        ushort distance = (ushort)(ReadUInt16(ip, Ipv4Header.IdentificationOffset) - ReadUInt16(held, Ipv4Header.IdentificationOffset));
        bool mayBeFixed = flow.HasFixedId || (flow.SegmentCount == 1 && ReadUInt16(held, FragmentOffset) == DontFragmentOnly);
        return (distance == 0 && mayBeFixed) || (distance == (ushort)flow.SegmentCount && !flow.HasFixedId);
    }

    private static ushort ReadUInt16(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt16BigEndian(bytes[offset..]);

    private static uint ReadUInt32(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt32LittleEndian(bytes[offset..]);

    private static ulong ReadUInt64(ReadOnlySpan<byte> bytes, int offset) =>
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[offset..]);
}
