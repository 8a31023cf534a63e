// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>How a session fares: as fresh as the line of `info network`. Odd <see cref="Sequence"/>: being written.</summary>
[StructLayout(LayoutKind.Sequential, Size = 704)]
public struct LiveState
{
    public ulong Sequence;

    /// <summary>The peer that frames are sent to at present.</summary>
    public Text64 Peer;

    /// <summary>What the user should know about the socket; empty: nothing.</summary>
    public Text256 Notice;

    /// <summary>Why runs (UDP_SEGMENT) are no longer sent, or not all; empty while they are.</summary>
    public Text128 SegmentationWithdrawn;

    /// <summary>What makes sending fail at present; empty: nothing.</summary>
    public Text128 SendFailure;

    /// <summary>The same as an errno; 0: none.</summary>
    public int SendErrno;

    /// <summary>Bytes of the largest packet that the path takes whole; 0: not known.</summary>
    public int PathMtu;

    /// <summary>Bytes of the longest Ethernet frame that is not fragmented; 0: not known.</summary>
    public int MaximumFrame;

    /// <summary>0: there is no route to the peer, and nothing is received.</summary>
    public int HasRoute;

    /// <summary>Bytes of the vnet header; 0: the guest's NIC offloads nothing.</summary>
    public int VnetHeaderLength;

    /// <summary>1: the guest takes large TCP frames.</summary>
    public int GuestTakesLargeFrames;

    /// <summary>
    /// The kernel's own count of the socket's drops when <see cref="TrafficCounters.SocketDrops"/> was right. What it has counted since is
    /// to be added: when nothing comes that far, nothing wakes QEMU to write it here.
    /// </summary>
    public uint SocketDropsSeen;

    /// <summary>1: what the kernel counts are drops; 0: the socket refuses everything, for there is no route.</summary>
    public int SocketDropsCount;

    /// <summary>The socket, as /proc/PID/net has it (`inode`); 0: not known.</summary>
    public ulong SocketInode;

    /// <summary>What makes receiving fail at present; empty: nothing.</summary>
    public Text64 ReceiveFailure;

    /// <summary>The same as an errno; 0: none.</summary>
    public int ReceiveErrno;

    /// <summary>Calls that a sandbox refuses, and that loops replace: 1 sendmmsg, 2 recvmmsg.</summary>
    public int RefusedCalls;
}
