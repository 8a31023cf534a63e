// SPDX-License-Identifier: GPL-2.0-or-later
//
// Reads the vnet header of a guest's frame and decides what the frame needs. The guest is not trusted: each field is
// checked against the frame itself, or not used at all.
//
//     field         rule                                                                       else
//     flags         only NEEDS_CSUM means anything on transmit; the rest is ignored, as by Linux
//     gso_type      NONE, TCPV4, TCPV6, UDP_L4; ECN with TCP only                              UnknownGsoType
//                   EtherType and protocol of the frame are those of gso_type, no fragment     GsoTypeMismatch
//     hdr_len       not used: a guest that forwards writes the length of the first packet there
//     gso_size      not 0 (an endless loop), not 0xFFFF (GSO_BY_FRAGS in Linux)                  BadGsoSize
//                   TCP: below 8 counts as 8
//                   UDP: at most 128 datagrams (UDP_MAX_SEGMENTS)                              TooManySegments
//     csum_start    with GSO: the transport header; else: nothing before it                    BadChecksumField
//     csum_offset   with GSO: 16 for TCP, 6 for UDP; else: the field ends within the frame     BadChecksumField
//     headers       whole, consistent, within the first bytes                                  BadGuestHeaders
//     frame         with GSO: one IP packet, so at most 65,535 bytes of it                     FrameTooLong
//
// The rules are Linux's virtio_net_hdr_to_skb (include/linux/virtio_net.h, 6.12) with its fixes since: CVE-2024-43817 and
// CVE-2024-43897 (csum_start and csum_offset of GSO frames), GSO_BY_FRAGS, csum_start before the network header. GSO without
// NEEDS_CSUM is legal for TCP, so headers are dissected in any case. The length in the IP header is not looked at where a
// frame is cut: each segment gets its own.
//
// A frame with a signature in its TCP options (TCP-MD5, TCP-AO) is cut as the guest says, as a NIC does it; but no segment is
// made smaller than that to fit the path. What is in several pieces then has the signature of the whole in each, and the
// peer refuses it. No guest that means well asks for that: Linux has such connections cut by nobody but itself.

using System;
using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>Turns a vnet header into a <see cref="TransmitPlan"/>.</summary>
public static class TransmitOffload
{
    /// <summary>Linux's UDP_MAX_SEGMENTS; 64 until 6.9.</summary>
    public const int MaximumUdpSegments = 128;

    private const int GsoByFrags = 0xFFFF;

    /// <summary>Checks the vnet header against the frame.</summary>
    /// <param name="header">What the guest wrote.</param>
    /// <param name="head">The frame or its first bytes; all headers must lie in them when the vnet header asks for anything.</param>
    /// <param name="frameLength">Bytes of the whole frame.</param>
    /// <param name="plan">What to do.</param>
    /// <returns><see cref="DropReason.None"/>, or why the frame is dropped.</returns>
    public static DropReason TryPlan(in VnetHeader header, ReadOnlySpan<byte> head, int frameLength, out TransmitPlan plan)
    {
        plan = default;
        bool needsChecksum = (header.Flags & VnetHeader.NeedsChecksum) != 0;
        if (frameLength < EthernetFrame.HeaderLength)
        {
            return DropReason.GuestRunt;
        }

        if (header.GsoType == GsoType.None && !needsChecksum)
        {
            return DropReason.None;
        }

        if (!FrameLayout.TryParse(head, frameLength, out FrameLayout layout))
        {
            return DropReason.BadGuestHeaders;
        }

        return header.GsoType == GsoType.None
            ? PlanChecksum(header, layout, frameLength, out plan)
            : PlanSegments(header, layout, frameLength, out plan);
    }

    /// <summary>
    /// Any protocol: Linux guests leave every ones' complement checksum to the device, be it of a packet within a tunnel.
    /// </summary>
    private static DropReason PlanChecksum(in VnetHeader header, FrameLayout layout, int frameLength, out TransmitPlan plan)
    {
        plan = default;
        int earliest = layout.IpVersion == 0 ? layout.NetworkOffset : layout.TransportOffset;
        if (header.CsumStart < earliest || header.CsumStart + header.CsumOffset + InternetChecksum.Length > frameLength)
        {
            return DropReason.BadChecksumField;
        }

        plan = new TransmitPlan
        {
            Action = TransmitAction.CompleteChecksum,
            ChecksumStart = header.CsumStart,
            ChecksumOffset = header.CsumOffset,
        };
        return DropReason.None;
    }

    private static DropReason PlanSegments(in VnetHeader header, FrameLayout layout, int frameLength, out TransmitPlan plan)
    {
        plan = default;
        DropReason reason = CheckType(header.GsoType, layout);
        if (reason != DropReason.None)
        {
            return reason;
        }

        if (frameLength - layout.NetworkOffset > IpPacket.MaximumLength)
        {
            return DropReason.FrameTooLong;
        }

        int payloadLength = frameLength - layout.PayloadOffset;
        reason = CheckSize(header.GsoSize, layout, payloadLength);
        if (reason != DropReason.None)
        {
            return reason;
        }

        reason = CheckChecksumField(header, layout);
        if (reason != DropReason.None)
        {
            return reason;
        }

        plan = new TransmitPlan
        {
            Action = layout.IsTcp ? TransmitAction.SegmentTcp : TransmitAction.SegmentUdp,
            Layout = layout,
            PayloadLength = payloadLength,
            PayloadSize = layout.IsTcp ? Math.Max((int)header.GsoSize, TransmitPlan.MinimumTcpPayload) : header.GsoSize,
        };
        return DropReason.None;
    }

    private static DropReason CheckType(GsoType type, FrameLayout layout)
    {
        bool matches;
        switch (type)
        {
            case GsoType.TcpIpv4 or (GsoType.TcpIpv4 | GsoType.Ecn):
                matches = layout.IsTcp && layout.IpVersion == 4;
                break;
            case GsoType.TcpIpv6 or (GsoType.TcpIpv6 | GsoType.Ecn):
                matches = layout.IsTcp && layout.IpVersion == 6;
                break;
            case GsoType.Udp:
                matches = layout.IsUdp;
                break;
            default:
                return DropReason.UnknownGsoType;
        }

        return matches ? DropReason.None : DropReason.GsoTypeMismatch;
    }

    private static DropReason CheckSize(int gsoSize, FrameLayout layout, int payloadLength)
    {
        if (gsoSize is 0 or GsoByFrags)
        {
            return DropReason.BadGsoSize;
        }

        return layout.IsUdp && payloadLength > gsoSize * MaximumUdpSegments
            ? DropReason.TooManySegments
            : DropReason.None;
    }

    private static DropReason CheckChecksumField(in VnetHeader header, FrameLayout layout)
    {
        if ((header.Flags & VnetHeader.NeedsChecksum) == 0)
        {
            // UDP: a datagram with its checksum in place says nothing of those it is cut into (Linux refuses it too).
            // Source route: only the guest's own pseudo header sum knows the address that is covered.
            if (layout.IsUdp)
            {
                return DropReason.BadChecksumField;
            }

            return layout.IsSourceRouted ? DropReason.BadGuestHeaders : DropReason.None;
        }

        int offset = layout.IsTcp ? TcpHeader.ChecksumOffset : UdpHeader.ChecksumOffset;
        return header.CsumStart == layout.TransportOffset && header.CsumOffset == offset
            ? DropReason.None
            : DropReason.BadChecksumField;
    }
}

/// <summary>What a guest's frame still needs before it can go out.</summary>
public enum TransmitAction
{
    /// <summary>Nothing.</summary>
    SendAsIs,

    /// <summary>Its checksum: <see cref="ChecksumOffload.TryComplete"/>.</summary>
    CompleteChecksum,

    /// <summary>Cutting into TCP segments: <see cref="Segmenter"/>.</summary>
    SegmentTcp,

    /// <summary>Cutting into UDP datagrams: <see cref="Segmenter"/>.</summary>
    SegmentUdp,
}

/// <summary>
/// What is to be done with one frame of the guest. Made by <see cref="TransmitOffload.TryPlan"/> only, so every number in
/// it has been checked against the frame.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly struct TransmitPlan
{
    /// <summary>
    /// The least payload a TCP segment is cut to: 48 bytes of MSS, as Linux has it (TCP_MIN_SND_MSS), less 40 of options,
    /// so every peer takes that much. A guest that joined and forwards a stream of single bytes asks for less, and one frame
    /// would become tens of thousands of datagrams. A stream may be cut anywhere, so it is cut there.
    /// </summary>
    public const int MinimumTcpPayload = 8;

    /// <summary>What the frame needs.</summary>
    public TransmitAction Action { get; internal init; }

    /// <summary>Where its headers lie; only for the actions that cut.</summary>
    public FrameLayout Layout { get; internal init; }

    /// <summary>Bytes of all headers, Ethernet to TCP or UDP, which each segment begins with.</summary>
    public int HeaderLength => Layout.PayloadOffset;

    /// <summary>Bytes behind the headers.</summary>
    public int PayloadLength { get; internal init; }

    /// <summary>Payload bytes of each segment but the last.</summary>
    public int PayloadSize { get; internal init; }

    /// <summary>How many segments the payload makes; one when there is none.</summary>
    public int SegmentCount => PayloadLength <= PayloadSize ? 1 : ((PayloadLength - 1) / PayloadSize) + 1;

    /// <summary>csum_start; only for <see cref="TransmitAction.CompleteChecksum"/>.</summary>
    public int ChecksumStart { get; internal init; }

    /// <summary>csum_offset; only for <see cref="TransmitAction.CompleteChecksum"/>.</summary>
    public int ChecksumOffset { get; internal init; }

    /// <summary>Bytes of the longest frame that goes out.</summary>
    public int LongestFrame => HeaderLength + Math.Min(PayloadSize, PayloadLength);

    /// <summary>
    /// The same plan with smaller TCP segments, so that they fit a path. The borders of UDP datagrams mean something, so
    /// such a plan stays as it is.
    /// </summary>
    /// <param name="maximum">The most payload bytes of a segment; not taken below <see cref="MinimumTcpPayload"/>.</param>
    public TransmitPlan WithPayloadAtMost(int maximum) => Action != TransmitAction.SegmentTcp || PayloadSize <= maximum
        ? this
        : this with { PayloadSize = Math.Max(maximum, MinimumTcpPayload) };

    /// <summary>Whether the frame has a signature in its TCP options, which would not be that of its pieces.</summary>
    /// <param name="head">The bytes that the plan was made from.</param>
    public bool IsSigned(ReadOnlySpan<byte> head) =>
        Action == TransmitAction.SegmentTcp && TcpOptions.HasSignature(head[Layout.TransportOffset..HeaderLength]);

    /// <summary>Payload bytes of one segment.</summary>
    /// <param name="index">0 to <see cref="SegmentCount"/> - 1.</param>
    public int PayloadLengthOf(int index) => Math.Min(PayloadSize, PayloadLength - (index * PayloadSize));
}
