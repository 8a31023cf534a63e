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
// size. They are taken one by one, as if each had come alone. Other control messages may come with it, when somebody else
// holds the socket, too, and sets its options. If there was no room for all of them (MSG_CTRUNC), nobody knows where the
// datagrams of that slot begin, and it is refused.
//
// The kernel writes over what a message has room for (msg_controllen, msg_namelen). So each message that it may have
// written to is armed anew before it is filled, whatever has become of the last batch.

using System;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Receive;

/// <summary>A fixed number of messages with a slot each, and the place in the batch.</summary>
internal sealed unsafe class ReceiveBatch : IDisposable
{
    /// <summary>Messages of one recvmmsg: as the stock backend has it.</summary>
    public const int MaximumMessages = 64;

    /// <summary>Longer than any datagram, or any run of them that UDP_GRO makes.</summary>
    public const int SlotSize = 65_536;

    private const int MessagesWithRuns = 8;

    /// <summary>UDP_GRO needs 24 bytes, a time stamp of each kind 32 to 64.</summary>
    private const int ControlSize = 128;
    private const int Headroom = NativeBlock.CacheLine;
    private const int Stride = Headroom + SlotSize + NativeBlock.CacheLine;

    private readonly Counters _counters;
    private readonly NativeBlock _slots;
    private readonly NativeBlock _tables;
    private readonly mmsghdr* _messages;
    private readonly uint _sourceSize;
    private int _next;
    private int _count;
    private int _unarmed;
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
            _messages[i].msg_hdr.msg_name = sourceSize == 0 ? null : sources + (i * sourceSize);
        }

        _unarmed = MaximumMessages;
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

    /// <summary>All messages, with all their room: recvmmsg may fill the first <paramref name="count"/>.</summary>
    public mmsghdr* Arm(int count)
    {
        for (int i = 0; i < _unarmed; i++)
        {
            _messages[i].msg_hdr.msg_controllen = ControlSize;
            _messages[i].msg_hdr.msg_namelen = _sourceSize;
        }

        _unarmed = count;
        return _messages;
    }

    /// <summary>recvmmsg has filled the first <paramref name="count"/> slots, and touched no other.</summary>
    public void Filled(int count)
    {
        _next = 0;
        _count = count;
        _unarmed = count;
        _rest = 0;
        _hasRuns = false;
    }

    /// <summary>Forgets what has not been taken.</summary>
    /// <returns>How many datagrams that were.</returns>
    public int Discard()
    {
        int datagrams = Segments(_rest, _segmentSize);
        for (; _next < _count; _next++)
        {
            int length = (int)_messages[_next].msg_len;
            datagrams += IsWhole(&_messages[_next]) ? Math.Max(Segments(length, SegmentSize(&_messages[_next])), 1) : 1;
        }

        _rest = 0;
        return datagrams;
    }

    /// <summary>Takes the next datagram.</summary>
    /// <param name="length">Its bytes; may be 0.</param>
    /// <param name="reason">None, or what the kernel cut: the datagram, or what it says of it.</param>
    /// <returns>Its first byte; valid until the batch is filled again.</returns>
    public byte* Take(out int length, out DropReason reason)
    {
        reason = DropReason.None;
        if (_rest == 0)
        {
            mmsghdr* message = &_messages[_next++];
            reason = IsWhole(message) ? DropReason.None : WhatIsCut(message);
            _datagram = message->msg_hdr.msg_iov->iov_base;
            _rest = (int)message->msg_len;
            // What the kernel cut has no segments that could be trusted: refused as one.
            _segmentSize = reason == DropReason.None ? SegmentSize(message) : _rest;
            if (_segmentSize < _rest)
            {
                _hasRuns = true;
                _counters.AddReceivedRun(Segments(_rest, _segmentSize));
            }
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

    private static bool IsWhole(mmsghdr* message) =>
        (message->msg_hdr.msg_flags & (LinuxConstants.MSG_TRUNC | LinuxConstants.MSG_CTRUNC)) == 0;

    private static DropReason WhatIsCut(mmsghdr* message) =>
        (message->msg_hdr.msg_flags & LinuxConstants.MSG_TRUNC) != 0 ? DropReason.Truncated : DropReason.ControlCut;

    private static int Segments(int length, int size) => length == 0 ? 0 : (length + size - 1) / size;

    /// <summary>The size of the datagrams in a slot: what UDP_GRO says, if that is a size at all.</summary>
    private static int SegmentSize(mmsghdr* message)
    {
        int length = (int)message->msg_len;
        nuint end = Math.Min(message->msg_hdr.msg_controllen, ControlSize);
        nuint at = 0;
        while (at + (nuint)sizeof(cmsghdr) <= end)
        {
            // SAFETY: a whole cmsghdr begins at this place of the control buffer, and all of it lies before the end.
            cmsghdr* control = (cmsghdr*)((byte*)message->msg_hdr.msg_control + at);
            nuint size = control->cmsg_len;
            if (size < (nuint)sizeof(cmsghdr) || size > end - at)
            {
                break;
            }

            if (control->cmsg_level == LinuxConstants.SOL_UDP
                && control->cmsg_type == LinuxConstants.UDP_GRO
                && size >= (nuint)(sizeof(cmsghdr) + sizeof(int)))
            {
                int segment = *(int*)(control + 1);
                return segment > 0 && segment < length ? segment : length;
            }

            // CMSG_NXTHDR of cmsg(3): aligned to the size of a word.
            at += (size + (nuint)(sizeof(nuint) - 1)) & ~(nuint)(sizeof(nuint) - 1);
        }

        return length;
    }
}
