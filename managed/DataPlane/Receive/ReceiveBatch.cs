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

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.DataPlane.Receive;

/// <summary>A fixed number of messages with a slot each, and the place in the batch.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    /// <summary>Messages of one recvmmsg: as the stock backend has it.</summary>
    public const int MaximumMessages = 64;

    private const int Headroom = NativeBlock.CacheLine;
    private const int SlotSize = 65_536;
    private const int Stride = Headroom + SlotSize + NativeBlock.CacheLine + NativeBlock.CacheLine;

    private readonly NativeBlock _slots;
    private readonly NativeBlock _tables;
    private readonly mmsghdr* _messages;
    private int _next;
    private int _count;

    public ReceiveBatch()
    {
        int messagesSize = MaximumMessages * sizeof(mmsghdr);
        _slots = new NativeBlock(MaximumMessages * Stride);
        _tables = new NativeBlock(messagesSize + (MaximumMessages * sizeof(iovec)));
        _tables.Clear();
        // SAFETY: two tables in one block sized as their sum; both blocks live as long as this object.
        _messages = (mmsghdr*)_tables.Start;
        iovec* vectors = (iovec*)(_tables.Start + messagesSize);
        for (int i = 0; i < MaximumMessages; i++)
        {
            vectors[i].iov_base = _slots.Start + (i * Stride) + Headroom;
            vectors[i].iov_len = SlotSize;
            _messages[i].msg_hdr.msg_iov = &vectors[i];
            _messages[i].msg_hdr.msg_iovlen = 1;
        }
    }

    /// <summary>Every datagram of the batch is done with: it may be filled again.</summary>
    public bool IsEmpty => _next == _count;

    /// <summary>All messages, for recvmmsg.</summary>
    public mmsghdr* Messages => _messages;

    /// <summary>recvmmsg has filled the first <paramref name="count"/> slots.</summary>
    public void Filled(int count)
    {
        _next = 0;
        _count = count;
    }

    /// <summary>Takes the next datagram.</summary>
    /// <param name="length">Its bytes.</param>
    /// <param name="truncated">The kernel cut it to the slot.</param>
    /// <returns>Its first byte, in a slot of <see cref="SlotSize"/>; valid until the batch is filled again.</returns>
    public byte* Take(out int length, out bool truncated)
    {
        mmsghdr* message = &_messages[_next++];
        length = (int)message->msg_len;
        truncated = (message->msg_hdr.msg_flags & LinuxConstants.MSG_TRUNC) != 0;
        return message->msg_hdr.msg_iov->iov_base;
    }

    public void Dispose()
    {
        _slots.Dispose();
        _tables.Dispose();
    }
}
