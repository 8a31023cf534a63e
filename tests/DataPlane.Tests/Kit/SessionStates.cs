// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.CompilerServices;
using L2tpv3.DataPlane;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.DataPlane.Transmit;
using L2tpv3.Packets.L2tp;

namespace DataPlane.Tests.Kit;

/// <summary>The named states of a session, and the parts that have them.</summary>
internal static class SessionStates
{
    /// <summary>What the receive half does.</summary>
    public static ReceiveState ReceiveState(this PlaneSession session) => PathOf(session.Inner).State;

    /// <summary>What is done with held frames; null without seq=recv.</summary>
    public static SequenceState? SequenceState(this PlaneSession session) => SourceOf(PathOf(session.Inner)).SequenceState;

    /// <summary>Whether the socket sends runs.</summary>
    public static SegmentationState SegmentationState(this PlaneSession session) => SegmentationOf(QueueOf(session.Inner)).State;

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_receive")]
    public static extern ref ReceivePath PathOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_source")]
    public static extern ref FrameSource SourceOf(ReceivePath path);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_delivery")]
    public static extern ref GuestDelivery DeliveryOf(ReceivePath path);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_queue")]
    public static extern ref TransmitQueue QueueOf(Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_segmentation")]
    private static extern ref UdpSegmentation SegmentationOf(TransmitQueue queue);
}
