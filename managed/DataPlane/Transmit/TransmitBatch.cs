// SPDX-License-Identifier: GPL-2.0-or-later
//
// The datagrams that wait for one sendmmsg(2). They lie one behind the other in one block:
//
//     |hdr|frame...|hdr|frame.....|hdr|frame|                      free                        |
//      ^first (not sent yet)                 ^_used
//
// Each message has one iovec, which spans header and frame. The batch is filled from the left, sent from the left, and
// begins anew when all is sent; a datagram never moves.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>A fixed number of messages with the block that holds their bytes.</summary>
internal sealed unsafe class TransmitBatch : IDisposable
{
    /// <summary>
    /// As many as virtio-net sends in one burst (x-txburst). sendmmsg takes 1024 at most.
    /// </summary>
    public const int MaximumMessages = 256;

    /// <summary>Room for 256 full-size frames, or for 8 of the longest.</summary>
    private const int BlockSize = 512 * 1024;

    private readonly NativeBlock _bytes;
    private readonly NativeBlock _tables;
    private readonly mmsghdr* _messages;
    private readonly iovec* _vectors;
    private int _first;
    private int _count;
    private int _used;

    /// <summary>Builds the tables; only lengths and places change afterwards.</summary>
    /// <param name="address">Where to send on a socket that is not connected; null when it is.</param>
    public TransmitBatch(SocketAddress? address)
    {
        int addressLength = address?.Bytes.Length ?? 0;
        int messagesSize = MaximumMessages * sizeof(mmsghdr);
        int vectorsSize = MaximumMessages * sizeof(iovec);
        _bytes = new NativeBlock(BlockSize);
        _tables = new NativeBlock(messagesSize + vectorsSize + addressLength);
        _tables.Clear();
        // SAFETY: three tables in one block sized as their sum; both blocks live as long as this object.
        _messages = (mmsghdr*)_tables.Start;
        _vectors = (iovec*)(_tables.Start + messagesSize);
        byte* name = _tables.Start + messagesSize + vectorsSize;
        address?.Bytes.CopyTo(new Span<byte>(name, addressLength));
        for (int i = 0; i < MaximumMessages; i++)
        {
            _messages[i].msg_hdr.msg_iov = &_vectors[i];
            _messages[i].msg_hdr.msg_iovlen = 1;
            _messages[i].msg_hdr.msg_name = addressLength == 0 ? null : name;
            _messages[i].msg_hdr.msg_namelen = (uint)addressLength;
        }
    }

    /// <summary>Nothing waits.</summary>
    public bool IsEmpty => _first == _count;

    /// <summary>How many wait.</summary>
    public int Waiting => _count - _first;

    /// <summary>The first message that waits; <see cref="Waiting"/> of them lie behind each other.</summary>
    public mmsghdr* Messages => _messages + _first;

    /// <summary>Adds a datagram of this length, to be filled by the caller at once.</summary>
    /// <param name="length">At most 65,535 bytes.</param>
    /// <param name="datagram">Its bytes, not cleared.</param>
    /// <returns>False when there is no room until the batch is sent.</returns>
    public bool TryAdd(int length, out Span<byte> datagram)
    {
        if (_count == MaximumMessages || BlockSize - _used < length)
        {
            datagram = default;
            return false;
        }

        // SAFETY: _used + length <= BlockSize was just checked, and length is not negative.
        byte* start = _bytes.Start + _used;
        _vectors[_count].iov_base = start;
        _vectors[_count].iov_len = (nuint)length;
        datagram = new Span<byte>(start, length);
        _count++;
        _used += length;
        return true;
    }

    /// <summary>Bytes of a waiting datagram, counted from the first that waits.</summary>
    public int Length(int index) => (int)_vectors[_first + index].iov_len;

    /// <summary>The first <paramref name="count"/> of the waiting are done with.</summary>
    public void Remove(int count)
    {
        _first += count;
        if (_first == _count)
        {
            _first = 0;
            _count = 0;
            _used = 0;
        }
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _tables.Dispose();
    }
}
