// SPDX-License-Identifier: GPL-2.0-or-later
//
// Wire to guest: writes header and frame straight into the guest's buffers.
//
//     Deliver: takes chains until they have room for all of it --> writes --> uses them
//                  '-- there are too few: gives them back, keeps a copy of the frame, asks for a kick; the session waits
//
// Without mergeable buffers (VIRTIO_NET_F_MRG_RXBUF) a frame has one chain, and one that is too small for it never gets larger: the frame is dropped. With them
// it has as many as it needs, and the header says how many (virtio 1.2, 5.1.6.4). A header of 12 bytes has that number in any case.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Memory;
using L2tpv3.Packets.Wire;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Rings;

namespace L2tpv3.Vhost.Guest;

/// <summary>What has become of a frame.</summary>
internal enum Delivery
{
    /// <summary>The guest has it.</summary>
    Written,

    /// <summary>The guest has too few buffers at present.</summary>
    Full,

    /// <summary>No buffers that this guest can make available take it.</summary>
    TooLarge,

    /// <summary>The guest may not have any: its queue is closed or broken.</summary>
    Refused,
}

/// <summary>The receive queue's work.</summary>
internal sealed unsafe class ReceiveSide : IDisposable
{
    /// <summary>A frame of 64 KiB and more, with any header.</summary>
    private const int LargestFrame = 128 * 1024;

    private const int MaximumHeader = VhostConstants.sizeof_virtio_net_hdr_mrg_rxbuf;
    private const int NumberOffset = VhostConstants.offsetof_virtio_net_hdr_mrg_rxbuf_num_buffers;

    /// <summary>
    /// The guest gets so many chains at a time, or what there is at the end of the turn: it is to look at them, and to refill the ring, while more are
    /// written.
    /// </summary>
    private const int Portion = 64;

    /// <summary>How often one frame looks again at a guest that adds a buffer at a time.</summary>
    private const int Looks = 4;

    private readonly Virtqueue _queue;
    private readonly EventLog _log;
    private readonly LogAllowance _allowance = new();
    private readonly Chain _chain = new();
    private readonly NativeBlock _waiting = new(LargestFrame);
    private readonly ushort[] _heads = new ushort[Chain.MaximumPieces];
    private readonly uint[] _lengths = new uint[Chain.MaximumPieces];
    private int _waitingLength;
    private int _waitingHeader;
    private bool _isAwake;

    public ReceiveSide(Virtqueue queue, EventLog log)
    {
        _queue = queue;
        _log = log;
    }

    /// <summary>Bytes of the header in front of each frame of the guest: 10 or 12.</summary>
    public int HeaderLength { get; set; } = VhostConstants.sizeof_virtio_net_hdr;

    /// <summary>A frame may have more than one chain.</summary>
    public bool IsMergeable { get; set; }

    /// <summary>Where written pages are noted; null: nowhere.</summary>
    public DirtyLog? Log { get; set; }

    /// <summary>A frame waits for buffers.</summary>
    public bool IsWaiting => _waitingLength != 0;

    /// <summary>There is something to do without waiting.</summary>
    public bool IsAwake => _isAwake && IsWaiting && _queue.IsOpen;

    /// <summary>The guest may have made buffers available.</summary>
    public void Wake() => _isAwake = true;

    /// <summary>Delivers a frame.</summary>
    /// <param name="frame">The session's header, if it has one, and the frame.</param>
    /// <param name="size">Bytes of both.</param>
    /// <param name="header">Bytes of the session's header.</param>
    /// <returns>Full: a copy of it waits, and no other comes until <see cref="RunWaiting"/> has delivered it.</returns>
    public Delivery Deliver(byte* frame, int size, int header)
    {
        Delivery delivery = Write(frame, size, header);
        if (delivery == Delivery.Full)
        {
            if (size > LargestFrame)
            {
                return Delivery.TooLarge;
            }

            // SAFETY: the frame is the session's, size bytes, and the block has room for them.
            new ReadOnlySpan<byte>(frame, size).CopyTo(new Span<byte>(_waiting.Start, LargestFrame));
            _waitingLength = size;
            _waitingHeader = header;
        }

        return delivery;
    }

    /// <summary>Tries to deliver the frame that waits.</summary>
    public Delivery RunWaiting()
    {
        _isAwake = false;
        Delivery delivery = Write(_waiting.Start, _waitingLength, _waitingHeader);
        if (delivery != Delivery.Full)
        {
            _waitingLength = 0;
            _queue.Ring.StopKicks();
        }

        return delivery;
    }

    /// <summary>The frame that waits is dropped.</summary>
    public void Drop() => _waitingLength = 0;

    public void Dispose()
    {
        _chain.Dispose();
        _waiting.Dispose();
    }

    private Delivery Write(byte* frame, int size, int header)
    {
        if (!_queue.IsOpen)
        {
            return Delivery.Refused;
        }

        for (int look = 0; look < Looks; look++)
        {
            Delivery delivery = Gather((ulong)(HeaderLength + size - header), out int count);
            if (delivery == Delivery.Written)
            {
                Fill(frame, size, header, count);
                return delivery;
            }

            if (delivery != Delivery.Full || !_queue.Ring.AskForKick())
            {
                _queue.TellFault();
                return delivery;
            }
        }

        // It goes on adding, and may not kick for what it has added.
        _isAwake = true;
        return Delivery.Full;
    }

    /// <summary>Takes chains with room for so many bytes, or none.</summary>
    private Delivery Gather(ulong needed, out int count)
    {
        SplitQueue ring = _queue.Ring;
        _chain.Clear();
        count = 0;
        while (_chain.Bytes < needed && count < _heads.Length && (count == 0 || IsMergeable))
        {
            ulong before = _chain.Bytes;
            if (!ring.TryTake(_chain, out _heads[count]))
            {
                break;
            }

            _lengths[count++] = (uint)Math.Min(_chain.Bytes - before, uint.MaxValue);
        }

        if (_chain.Bytes >= needed && ring.IsUsable)
        {
            return Delivery.Written;
        }

        ring.GiveBack(_heads.AsSpan(0, count));
        bool canGrow = IsMergeable ? count < Math.Min(ring.Size, (uint)_heads.Length) : count == 0;
        if (canGrow && !_chain.IsFull)
        {
            return ring.IsUsable ? Delivery.Full : Delivery.Refused;
        }

        TellTooLarge(needed);
        return ring.Fault == RingFault.None ? Delivery.TooLarge : Delivery.Refused;
    }

    /// <summary>Writes header and frame, and uses the chains.</summary>
    private void Fill(byte* frame, int size, int header, int count)
    {
        // SAFETY: a header has at most as many bytes, of the session's as of the guest's; the frame has size bytes, header of them in
        // front; and the chain has room for all that is copied, as Gather has seen.
        Span<byte> front = stackalloc byte[MaximumHeader];
        front.Clear();
        new ReadOnlySpan<byte>(frame, Math.Min(header, VnetHeader.MinimumLength)).CopyTo(front);
        _ = BitConverter.TryWriteBytes(front[NumberOffset..], (ushort)count);
        front = front[..HeaderLength];
        ReadOnlySpan<byte> body = new(frame + header, size - header);
        CopyToGuest(front, body);

        uint left = (uint)(front.Length + body.Length);
        for (int i = 0; i < count; i++)
        {
            uint length = Math.Min(left, _lengths[i]);
            _queue.Ring.Use(_heads[i], length);
            left -= length;
        }

        if (_queue.Ring.Unpublished >= Portion)
        {
            _queue.Publish();
        }
    }

    private void CopyToGuest(ReadOnlySpan<byte> front, ReadOnlySpan<byte> body)
    {
        for (int i = 0; i < _chain.Count && (front.Length | body.Length) != 0; i++)
        {
            iovec piece = _chain.Pieces[i];
            int room = (int)Math.Min(piece.iov_len, int.MaxValue);
            Span<byte> target = new(piece.iov_base, room); // SAFETY: a piece of the guest's memory, of which Find has seen all.
            int first = Math.Min(front.Length, room);
            front[..first].CopyTo(target);
            front = front[first..];
            target = target[first..];
            int second = Math.Min(body.Length, target.Length);
            body[..second].CopyTo(target);
            body = body[second..];
            Log?.Mark(_chain.Addresses[i], (ulong)(first + second));
        }
    }

    private void TellTooLarge(ulong needed)
    {
        if (_queue.Ring.Fault == RingFault.None && _allowance.TryTake(Environment.TickCount64))
        {
            _log.Warning($"a frame of {needed - (ulong)HeaderLength} bytes is dropped: the guest's buffers are too small for it");
        }
    }
}
