// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>
/// What a session has done since it opened, and three things that are so now. A frame is a frame on the wire, one in each datagram; the guest's large frames
/// are counted beside.
/// </summary>
[StructLayout(LayoutKind.Sequential, Size = 512)]
public struct TrafficCounters
{
    /// <summary>Frames the kernel took, and their bytes without our header.</summary>
    public ulong TransmittedFrames;

    public ulong TransmittedBytes;

    /// <summary>Calls of sendmmsg that sent something.</summary>
    public ulong TransmitCalls;

    /// <summary>Messages that were runs (UDP_SEGMENT), and the datagrams in them.</summary>
    public ulong TransmittedRuns;

    public ulong TransmittedRunDatagrams;

    /// <summary>Large frames of the guest that were cut into segments.</summary>
    public ulong SegmentedFrames;

    /// <summary>Frames whose packet is longer than the path MTU.</summary>
    public ulong FragmentedFrames;

    /// <summary>Errors of sendmmsg, and ICMP errors, lost frame or not.</summary>
    public ulong SendErrors;

    /// <summary>How often the kernel took no more.</summary>
    public ulong TransmitBlocks;

    /// <summary>Frames the guest took, and their bytes.</summary>
    public ulong ReceivedFrames;

    public ulong ReceivedBytes;

    /// <summary>Datagrams that came, dropped ones too.</summary>
    public ulong ReceivedDatagrams;

    /// <summary>Calls of recvmmsg that received something.</summary>
    public ulong ReceiveCalls;

    /// <summary>Messages that were runs (UDP_GRO), and the datagrams in them.</summary>
    public ulong ReceivedRuns;

    public ulong ReceivedRunDatagrams;

    /// <summary>Large frames that were joined for the guest.</summary>
    public ulong CoalescedFrames;

    /// <summary>Errors of recvmmsg.</summary>
    public ulong ReceiveErrors;

    /// <summary>How often the guest took no more.</summary>
    public ulong GuestFullCount;

    /// <summary>Sequence numbers that never came, or too late; and frames that were put back into their order.</summary>
    public ulong SequenceLost;

    public ulong SequenceReordered;

    /// <summary>Bugs of ours that were caught.</summary>
    public ulong InternalErrors;

    /// <summary>1: the guest has taken no frame since the last one was queued for it.</summary>
    public ulong GuestIsFull;

    /// <summary>1: the kernel takes none of the guest's frames.</summary>
    public ulong TransmitIsBlocked;

    /// <summary>1: the guest's link is down.</summary>
    public ulong LinkIsDown;

    /// <summary>Messages a call, see <see cref="BatchSizes"/>.</summary>
    public BatchSizes TransmitBatches;

    public BatchSizes ReceiveBatches;

    /// <summary>
    /// Datagrams that large frames of the guest were cut into. The guest's frames are therefore TransmittedFrames - SegmentDatagrams +
    /// SegmentedFrames, and those that were dropped.
    /// </summary>
    public ulong SegmentDatagrams;

    /// <summary>
    /// Datagrams that the kernel has dropped at the socket, not among <see cref="ReceivedDatagrams"/>: no room, or a wrong checksum.
    /// Written with <see cref="LiveState"/>, between the two ends of its Sequence; see SocketDropsSeen.
    /// </summary>
    public ulong SocketDrops;
}
