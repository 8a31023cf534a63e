// SPDX-License-Identifier: GPL-2.0-or-later

using System.Threading;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Counting;

/// <summary>
/// What one session has done. Every datagram read and every frame the guest sent is in exactly one of the counters:
/// received = delivered + receive drops, accepted = sent + transmit drops + still in the batch.
///
/// They live in the session's statistics page, where others read them while they count: see StatisticsPage.cs.
/// </summary>
internal sealed unsafe class Counters
{
    private readonly PageMemory _memory;
    private readonly TrafficCounters* _traffic;
    private readonly DropCounter* _drops;

    /// <summary>Counts in a page, from what is there on.</summary>
    public Counters(PageMemory memory)
    {
        _memory = memory;
        _traffic = &memory.Page->Traffic;
        _drops = (DropCounter*)&memory.Page->Drops;
    }

    /// <summary>Frames the guest took, and their bytes.</summary>
    public ulong ReceivedFrames => _traffic->ReceivedFrames;

    public ulong ReceivedBytes => _traffic->ReceivedBytes;

    /// <summary>Datagrams that came, dropped ones too.</summary>
    public ulong ReceivedDatagrams { get => _traffic->ReceivedDatagrams; set => _traffic->ReceivedDatagrams = value; }

    /// <summary>Frames the kernel took, and their bytes without our header.</summary>
    public ulong TransmittedFrames => _traffic->TransmittedFrames;

    public ulong TransmittedBytes => _traffic->TransmittedBytes;

    /// <summary>Large frames of the guest that were cut into segments.</summary>
    public ulong SegmentedFrames { get => _traffic->SegmentedFrames; set => _traffic->SegmentedFrames = value; }

    /// <summary>The datagrams that they were cut into.</summary>
    public ulong SegmentDatagrams { get => _traffic->SegmentDatagrams; set => _traffic->SegmentDatagrams = value; }

    /// <summary>Large frames that were joined for the guest.</summary>
    public ulong CoalescedFrames { get => _traffic->CoalescedFrames; set => _traffic->CoalescedFrames = value; }

    /// <summary>Frames whose packet is longer than the path MTU, which the kernel sends in fragments.</summary>
    public ulong FragmentedFrames { get => _traffic->FragmentedFrames; set => _traffic->FragmentedFrames = value; }

    /// <summary>seq=recv: numbers that never came, or too late; and frames that were put back into their order.</summary>
    public ulong LostFrames { get => _traffic->SequenceLost; set => _traffic->SequenceLost = value; }

    public ulong ReorderedFrames { get => _traffic->SequenceReordered; set => _traffic->SequenceReordered = value; }

    /// <summary>Datagrams that the kernel dropped at the socket.</summary>
    public ulong SocketDrops { get => _traffic->SocketDrops; set => _traffic->SocketDrops = value; }

    /// <summary>Calls of recvmmsg and sendmmsg that moved something.</summary>
    public ulong ReceiveCalls => _traffic->ReceiveCalls;

    public ulong TransmitCalls => _traffic->TransmitCalls;

    /// <summary>Errors that sendmmsg and recvmmsg reported, lost frame or not.</summary>
    public ulong SendErrors { get => _traffic->SendErrors; set => _traffic->SendErrors = value; }

    public ulong ReceiveErrors { get => _traffic->ReceiveErrors; set => _traffic->ReceiveErrors = value; }

    /// <summary>Exceptions caught at the C boundary. Anything but 0 is a bug of ours.</summary>
    public ulong InternalErrors { get => _traffic->InternalErrors; set => _traffic->InternalErrors = value; }

    /// <summary>The page that they are in.</summary>
    public PageMemory Memory => _memory;

    public void AddReceived(int frames, int bytes)
    {
        _traffic->ReceivedFrames += (ulong)frames;
        _traffic->ReceivedBytes += (ulong)bytes;
    }

    public void AddTransmitted(int frames, int bytes)
    {
        _traffic->TransmittedFrames += (ulong)frames;
        _traffic->TransmittedBytes += (ulong)bytes;
        if (frames > 1)
        {
            _traffic->TransmittedRuns++;
            _traffic->TransmittedRunDatagrams += (ulong)frames;
        }
    }

    /// <summary>A message that UDP_GRO has made of several datagrams.</summary>
    public void AddReceivedRun(int datagrams)
    {
        _traffic->ReceivedRuns++;
        _traffic->ReceivedRunDatagrams += (ulong)datagrams;
    }

    /// <summary>recvmmsg has brought messages.</summary>
    public void AddReceiveCall(int messages)
    {
        _traffic->ReceiveCalls++;
        _traffic->ReceiveBatches[BatchSizes.ClassOf(messages)]++;
    }

    /// <summary>sendmmsg has taken messages.</summary>
    public void AddTransmitCall(int messages)
    {
        _traffic->TransmitCalls++;
        _traffic->TransmitBatches[BatchSizes.ClassOf(messages)]++;
    }

    /// <summary>The guest takes no more for now.</summary>
    public bool IsGuestFull => _traffic->GuestIsFull != 0;

    /// <summary>The guest takes no more for now, or takes frames again.</summary>
    public void SetGuestFull(bool isFull)
    {
        _traffic->GuestIsFull = isFull ? 1UL : 0;
        _traffic->GuestFullCount += _traffic->GuestIsFull;
    }

    /// <summary>The kernel takes no more for now, or takes frames again.</summary>
    public void SetTransmitBlocked(bool isBlocked)
    {
        _traffic->TransmitIsBlocked = isBlocked ? 1UL : 0;
        _traffic->TransmitBlocks += _traffic->TransmitIsBlocked;
    }

    /// <summary>The guest's link goes up or down.</summary>
    public void SetLinkDown(bool isDown) => _traffic->LinkIsDown = isDown ? 1UL : 0;

    public void AddDrop(DropReason reason) => _drops[(int)reason].Count++;

    /// <summary>Counts a drop, and remembers what was wrong.</summary>
    /// <param name="reason">Why.</param>
    /// <param name="value">See DropReason; never a cookie.</param>
    public void AddDrop(DropReason reason, ulong value)
    {
        // The value first: who sees the count finds its value.
        Volatile.Write(ref _drops[(int)reason].LastValue, value);
        _drops[(int)reason].Count++;
    }

    public void AddDrops(DropReason reason, int count) => _drops[(int)reason].Count += (ulong)count;

    /// <summary>Counts drops, and remembers what was wrong with the last.</summary>
    public void AddDrops(DropReason reason, int count, ulong value)
    {
        Volatile.Write(ref _drops[(int)reason].LastValue, value);
        AddDrops(reason, count);
    }

    public ulong Drops(DropReason reason) => _drops[(int)reason].Count;

    /// <summary>What the last one had that it should not.</summary>
    public ulong LastValue(DropReason reason) => _drops[(int)reason].LastValue;

    /// <summary>All drops together, and the reason that most of them have.</summary>
    public ulong TotalDrops(out DropReason mostFrequent)
    {
        ulong total = 0;
        mostFrequent = DropReason.None;
        for (int i = 1; i < DropReasons.Count; i++)
        {
            total += _drops[i].Count;
            if (_drops[i].Count > _drops[(int)mostFrequent].Count)
            {
                mostFrequent = (DropReason)i;
            }
        }

        return total;
    }
}
