// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.CompilerServices;
using L2tpv3.Packets.Tunnel;

namespace L2tpv3.DataPlane.Diagnostics;

/// <summary>
/// What one session has done. Every datagram read and every frame the guest sent is in exactly one of the counters:
/// received = delivered + receive drops, accepted = sent + transmit drops + still in the batch.
/// </summary>
internal sealed class Counters
{
    private DropTable _drops;

    /// <summary>Frames the guest took, and their bytes.</summary>
    public ulong ReceivedFrames { get; private set; }

    public ulong ReceivedBytes { get; private set; }

    /// <summary>Frames the kernel took, and their bytes without our header.</summary>
    public ulong TransmittedFrames { get; private set; }

    public ulong TransmittedBytes { get; private set; }

    /// <summary>Large frames of the guest that were cut into segments.</summary>
    public ulong SegmentedFrames { get; set; }

    /// <summary>Large frames that were joined for the guest.</summary>
    public ulong CoalescedFrames { get; set; }

    /// <summary>Frames whose packet is longer than the path MTU, which the kernel sends in fragments.</summary>
    public ulong FragmentedFrames { get; set; }

    /// <summary>seq=recv: numbers that never came, or too late; and frames that were put back into their order.</summary>
    public ulong LostFrames { get; set; }

    public ulong ReorderedFrames { get; set; }

    /// <summary>Calls of recvmmsg and sendmmsg that moved something.</summary>
    public ulong ReceiveCalls { get; set; }

    public ulong TransmitCalls { get; set; }

    /// <summary>Errors that sendmmsg and recvmmsg reported, lost frame or not.</summary>
    public ulong SendErrors { get; set; }

    public ulong ReceiveErrors { get; set; }

    /// <summary>Exceptions caught at the C boundary. Anything but 0 is a bug of ours.</summary>
    public ulong InternalErrors { get; set; }

    public void AddReceived(int frames, int bytes)
    {
        ReceivedFrames += (ulong)frames;
        ReceivedBytes += (ulong)bytes;
    }

    public void AddTransmitted(int frames, int bytes)
    {
        TransmittedFrames += (ulong)frames;
        TransmittedBytes += (ulong)bytes;
    }

    public void AddDrop(DropReason reason) => _drops[(int)reason]++;

    public void AddDrops(DropReason reason, int count) => _drops[(int)reason] += (ulong)count;

    public ulong Drops(DropReason reason) => _drops[(int)reason];

    /// <summary>All drops together, and the reason that most of them have.</summary>
    public ulong TotalDrops(out DropReason mostFrequent)
    {
        ulong total = 0;
        mostFrequent = DropReason.None;
        for (int i = 1; i < DropReasons.Count; i++)
        {
            total += _drops[i];
            if (_drops[i] > _drops[(int)mostFrequent])
            {
                mostFrequent = (DropReason)i;
            }
        }

        return total;
    }

    [InlineArray(DropReasons.Count)]
    private struct DropTable
    {
        private ulong _first;
    }
}
