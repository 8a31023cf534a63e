// SPDX-License-Identifier: GPL-2.0-or-later
//
// The slots that one recvmmsg(2) fills:
//
//     |headroom|........ 65,536 bytes for a datagram ........|pad|   64 times
//
// A slot holds the longest datagram there is, so nothing is ever cut, and pages that no datagram reaches are never
// touched. The headroom is for a vnet header in front of a frame whose L2TPv3 header is shorter than that.
//
// The stride is an odd number of cache lines: with slots 64 KiB apart the first line of each would fall into the same
// set of the second-level cache, and 64 slots do not fit there.
//
// With UDP_GRO (udp(7)) one slot may hold many datagrams, of equal size but for the last; the control message tells the
// size. They are taken one by one, as if each had come alone.

using System;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.DataPlane.Receive;

/// <summary>A fixed number of messages with a slot each, and the place in the batch.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    /// <summary>Messages of one recvmmsg: as the stock backend has it.</summary>
    public const int MaximumMessages = 64;

    /// <summary>Longer than any datagram, or any run of them that UDP_GRO makes.</summary>
    public const int SlotSize = 65_536;

    private const int MessagesWithRuns = 8;

    private const int ControlSize = LinuxConstants.CMSG_SPACE_INT;
    private const int Headroom = NativeBlock.CacheLine;
    private const int Stride = Headroom + SlotSize + NativeBlock.CacheLine;

    private readonly Counters _counters;
    private readonly NativeBlock _slots;
    private readonly NativeBlock _tables;
    private readonly mmsghdr* _messages;
    private readonly uint _sourceSize;
    private int _next;
    private int _count;
    private byte* _datagram;
    private int _rest;
    private int _segmentSize;
    private bool _hasRuns;

    /// <summary>Builds the tables.</summary>
    /// <param name="counters">Told of each run.</param>
    /// <param name="sourceSize">Bytes of a socket address, where the sender of each message matters; else 0.</param>
    public ReceiveBatch(Counters counters, int sourceSize = 0)
    {
        _counters = counters;
        _sourceSize = (uint)sourceSize;
        int messagesSize = MaximumMessages * sizeof(mmsghdr);
        int vectorsSize = MaximumMessages * sizeof(iovec);
        _slots = new NativeBlock(MaximumMessages * Stride);
        _tables = new NativeBlock(messagesSize + vectorsSize + (MaximumMessages * (ControlSize + sourceSize)));
        // SAFETY: four tables in one block sized as their sum; both blocks live as long as this object.
        _messages = (mmsghdr*)_tables.Start;
        iovec* vectors = (iovec*)(_tables.Start + messagesSize);
        byte* controls = _tables.Start + messagesSize + vectorsSize;
        byte* sources = controls + (MaximumMessages * ControlSize);
        for (int i = 0; i < MaximumMessages; i++)
        {
            vectors[i].iov_base = _slots.Start + (i * Stride) + Headroom;
            vectors[i].iov_len = SlotSize;
            _messages[i].msg_hdr.msg_iov = &vectors[i];
            _messages[i].msg_hdr.msg_iovlen = 1;
            _messages[i].msg_hdr.msg_control = controls + (i * ControlSize);
            _messages[i].msg_hdr.msg_controllen = ControlSize;
            _messages[i].msg_hdr.msg_name = sourceSize == 0 ? null : sources + (i * sourceSize);
            _messages[i].msg_hdr.msg_namelen = _sourceSize;
        }
    }

    /// <summary>Every datagram of the batch is done with: it may be filled again.</summary>
    public bool IsEmpty => _next == _count && _rest == 0;

    /// <summary>
    /// How many to ask for next: all, or after a batch with runs only so many that their bytes stay in the second-level
    /// cache until they have been delivered (8 × 64 KiB).
    /// </summary>
    public int PreferredMessages => _hasRuns ? MessagesWithRuns : MaximumMessages;

    /// <summary>All messages, for recvmmsg.</summary>
    public mmsghdr* Messages => _messages;

    /// <summary>Who has sent the datagram taken last.</summary>
    // SAFETY: the name has so many bytes behind the controls; the kernel fills all of them for a socket of this family.
    public ReadOnlySpan<byte> Source => new(_messages[_next - 1].msg_hdr.msg_name, (int)_sourceSize);

    /// <summary>recvmmsg has filled the first <paramref name="count"/> slots.</summary>
    public void Filled(int count)
    {
        _next = 0;
        _count = count;
        _rest = 0;
        _hasRuns = false;
    }

    /// <summary>Takes the next datagram.</summary>
    /// <param name="length">Its bytes; may be 0.</param>
    /// <param name="truncated">The kernel cut it to the slot.</param>
    /// <returns>Its first byte; valid until the batch is filled again.</returns>
    public byte* Take(out int length, out bool truncated)
    {
        truncated = false;
        if (_rest == 0)
        {
            mmsghdr* message = &_messages[_next++];
            truncated = (message->msg_hdr.msg_flags & LinuxConstants.MSG_TRUNC) != 0;
            _datagram = message->msg_hdr.msg_iov->iov_base;
            _rest = (int)message->msg_len;
            // What the kernel cut has no segments that could be trusted: refused as one.
            _segmentSize = truncated ? _rest : SegmentSize(message);
            if (_segmentSize < _rest)
            {
                _hasRuns = true;
                _counters.AddReceivedRun((_rest + _segmentSize - 1) / _segmentSize);
            }

            // recvmmsg has put the length that it wrote here.
            message->msg_hdr.msg_controllen = ControlSize;
            message->msg_hdr.msg_namelen = _sourceSize;
        }

        byte* datagram = _datagram;
        length = Math.Min(_segmentSize, _rest);
        _datagram += length;
        _rest -= length;
        return datagram;
    }

    public void Dispose()
    {
        _slots.Dispose();
        _tables.Dispose();
    }

    /// <summary>The size of the datagrams in a slot: what UDP_GRO says, if that is a size at all.</summary>
    private static int SegmentSize(mmsghdr* message)
    {
        int length = (int)message->msg_len;
        cmsghdr* control = (cmsghdr*)message->msg_hdr.msg_control;
        // SAFETY: the control buffer has room for one cmsghdr and an int, and msg_controllen tells what was written.
        if (message->msg_hdr.msg_controllen < (nuint)(sizeof(cmsghdr) + sizeof(int))
            || control->cmsg_level != LinuxConstants.SOL_UDP
            || control->cmsg_type != LinuxConstants.UDP_GRO)
        {
            return length;
        }

        int size = *(int*)(control + 1);
        return size > 0 && size < length ? size : length;
    }
}
