// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

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
