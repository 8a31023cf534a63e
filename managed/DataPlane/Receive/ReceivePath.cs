// SPDX-License-Identifier: GPL-2.0-or-later
//
// Wire to guest.
//
//     socket readable --> recvmmsg into the slots --> check, strip --> join TCP segments --> deliver
//                              ReceiveBatch          Encapsulation      TcpCoalescer       GuestDelivery
//
// Segments are joined only for a guest that has accepted large frames, and only those of one batch: at its end every flow
// is delivered, so no frame waits for another.
//
// A bounded number of frames per call, so that a flood for one netdev does not starve the others of the event loop: one
// batch, and of that at most FrameBudget frames (with UDP_GRO a batch may hold 4096). The rest follows in the next
// iteration of the loop, from the bottom half.
//
// When the host answers 0 it has queued that frame and takes no more. The path stops there, keeps its place in the
// batch and stops watching the socket: the kernel's buffer, not ours, holds what comes. When the queued frame has left
// (Delivered), the rest of the batch follows from the bottom half, without waiting for another datagram. Not from within
// Delivered itself: QEMU also calls that while it purges a NIC that is about to go.

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Offload;

namespace L2tpv3.DataPlane.Receive;

/// <summary>The receive half of a session.</summary>
internal sealed unsafe class ReceivePath : IDisposable
{
    /// <summary>Frames per call: as many as virtio-net sends in one burst.</summary>
    private const int FrameBudget = 256;

    private readonly GuestPort _guest;
    private readonly Encapsulation _encapsulation;
    private readonly PathMtu _pathMtu;
    private readonly SocketWatch _watch;
    private readonly VnetState _vnet;
    private readonly Counters _counters;
    private readonly Captures _captures;
    private readonly ReceiveBatch _batch;
    private readonly FrameSequence? _sequence;
    private readonly Action<SocketAddress> _peerMoved;
    private readonly Roaming? _roaming;
    private readonly NativeBlock _flowBuffers = new(TcpCoalescer.BuffersLength);
    private readonly TcpCoalescer _coalescer = new();
    private readonly GuestDelivery _delivery;
    private readonly SocketReader _reader;
    private byte* _frame;
    private int _frameLength;
    private bool _guestIsFull;
    private bool _linkIsDown;
    private bool _resumeScheduled;

    /// <summary>Puts the path together.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="reader">Reads the socket.</param>
    /// <param name="batch">What it has read; owned by the path from now on.</param>
    /// <param name="delivery">The last step; owned by the path from now on.</param>
    /// <param name="encapsulation">The header.</param>
    /// <param name="pathMtu">What the path takes whole.</param>
    /// <param name="vnet">What the NIC and the session have agreed on.</param>
    /// <param name="watch">What the guest side polls the socket for.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="captures">Where packets are written down.</param>
    /// <param name="sequence">seq=recv: puts the frames in their order; owned by the path from now on.</param>
    /// <param name="roaming">source-check=roam: where the peer is.</param>
    /// <param name="peerMoved">Called when it is elsewhere.</param>
    public ReceivePath(
        GuestPort guest,
        SocketReader reader,
        ReceiveBatch batch,
        GuestDelivery delivery,
        Encapsulation encapsulation,
        PathMtu pathMtu,
        VnetState vnet,
        SocketWatch watch,
        Counters counters,
        Captures captures,
        FrameSequence? sequence,
        Roaming? roaming,
        Action<SocketAddress> peerMoved)
    {
        _guest = guest;
        _reader = reader;
        _batch = batch;
        _delivery = delivery;
        _encapsulation = encapsulation;
        _pathMtu = pathMtu;
        _vnet = vnet;
        _watch = watch;
        _counters = counters;
        _captures = captures;
        _sequence = sequence;
        _roaming = roaming;
        _peerMoved = peerMoved;
    }

    private bool IsIdle => _frame == null && _batch.IsEmpty && !_coalescer.TryGetOldest(out _) && _sequence is not { IsReady: true };

    /// <summary>The socket is readable.</summary>
    public void Read()
    {
        if (_guestIsFull || !IsIdle)
        {
            return;
        }

        try
        {
            if (_reader.TryFill(_batch))
            {
                _pathMtu.KeepFresh();
                DeliverRest();
            }
        }
        catch
        {
            Discard();
            throw;
        }
    }

    /// <summary>The frame that the host had queued has left its queue.</summary>
    /// <param name="taken">The guest took it; else the host threw it away.</param>
    public void Delivered(bool taken)
    {
        if (_guestIsFull)
        {
            _guestIsFull = false;
            _counters.SetGuestFull(false);
            _delivery.CountQueued(taken);
            ScheduleRest();
        }
    }

    /// <summary>The guest's link goes up or down. While it is down, frames are dropped and counted, those that wait here too.</summary>
    public void SetLink(bool up)
    {
        _linkIsDown = !up;
        _counters.SetLinkDown(_linkIsDown);
        if (_linkIsDown)
        {
            _counters.AddDrops(DropReason.LinkDown, _coalescer.Clear() + (_frame == null ? 0 : 1) + (_sequence?.Clear() ?? 0));
            _frame = null;
        }
    }

    /// <summary>The NIC has set another header length or other offloads: what was joined for the old ones is void.</summary>
    public void VnetChanged()
    {
        _counters.AddDrops(DropReason.Purged, _coalescer.Clear());
        _coalescer.AcceptsIpv4 = _vnet.HeaderLength != 0 && _vnet.GuestTso4;
        _coalescer.AcceptsIpv6 = _vnet.HeaderLength != 0 && _vnet.GuestTso6;
        _coalescer.AcceptsEcn = _vnet.GuestEcn;
    }

    /// <summary>The bottom half.</summary>
    public void Run()
    {
        if (_resumeScheduled)
        {
            _resumeScheduled = false;
            if (!_guestIsFull)
            {
                DeliverRestOrDiscard();
            }
        }
    }

    /// <summary>The pause after an error is over.</summary>
    public void Resume()
    {
        if (!_guestIsFull)
        {
            _watch.SetRead(true);
        }
    }

    /// <summary>Frames that are missing have been waited for long enough.</summary>
    public void Reorder()
    {
        _sequence?.Timer();
        if (!_guestIsFull && _sequence is { IsReady: true })
        {
            DeliverRestOrDiscard();
        }
    }

    public void Dispose()
    {
        _batch.Dispose();
        _flowBuffers.Dispose();
        _delivery.Dispose();
        _sequence?.Dispose();
    }

    private void DeliverRestOrDiscard()
    {
        try
        {
            DeliverRest();
        }
        catch
        {
            Discard();
            throw;
        }
    }

    /// <summary>
    /// An exception of this path has left the batch half-way. What is in it cannot be trusted to go better next time: begin
    /// anew, and go on reading. What fails elsewhere in the session leaves the batch alone.
    /// </summary>
    private void Discard()
    {
        int frames = (_frame == null ? 0 : 1) + _batch.Discard() + _coalescer.Clear() + (_sequence?.Clear() ?? 0);
        _frame = null;
        _counters.AddDrops(DropReason.Purged, frames);
        if (!_guestIsFull)
        {
            _watch.SetRead(true);
        }
    }

    private void DeliverRest()
    {
        _delivery.Begin();
        for (int i = 0; i < FrameBudget; i++)
        {
            if (IsIdle)
            {
                _watch.SetRead(true);
                return;
            }

            if (!TryGoOn())
            {
                _guestIsFull = true;
                _counters.SetGuestFull(true);
                _watch.SetRead(false);
                return;
            }
        }

        ScheduleRest();
    }

    private void ScheduleRest()
    {
        if (!_resumeScheduled)
        {
            _resumeScheduled = true;
            _guest.Schedule();
        }
    }

    /// <summary>One step: takes the next datagram, or delivers a flow, or both.</summary>
    /// <returns>False when the host took what was delivered but takes no more.</returns>
    private bool TryGoOn()
    {
        if (_frame == null && !TryTakeHeld())
        {
            if (_batch.IsEmpty)
            {
                // The end of the batch: flow by flow.
                return !_coalescer.TryGetOldest(out int oldest) || TryDeliverFlow(oldest);
            }

            if (!TryTakeFrame())
            {
                return true;
            }
        }

        return _coalescer.AcceptsIpv4 || _coalescer.AcceptsIpv6 ? TryCoalesce() : TryDeliverFrame();
    }

    private bool TryTakeHeld() => _sequence is not null && _sequence.TryTake(out _frame, out _frameLength);

    /// <summary>Opens the next datagram.</summary>
    /// <returns>False when it is refused; it has been counted.</returns>
    private bool TryTakeFrame()
    {
        byte* datagram = _batch.Take(out int length, out DropReason reason);
        _counters.ReceivedDatagrams++;
        if (_captures.Wire.IsOn)
        {
            _captures.WriteReceived(new ReadOnlySpan<byte>(datagram, length));
        }

        // SAFETY: length is what the kernel wrote into this slot, at most the slot's size.
        int frameOffset = 0;
        if (reason == DropReason.None)
        {
            reason = Open(new ReadOnlySpan<byte>(datagram, length), out frameOffset);
        }

        bool isHeld = false;
        if (reason == DropReason.None && _sequence is not null)
        {
            // SAFETY: as above.
            reason = _sequence.Accept(new ReadOnlySpan<byte>(datagram, length), frameOffset, out isHeld);
        }

        if (reason != DropReason.None)
        {
            CountRefused(reason, new ReadOnlySpan<byte>(datagram, length));
            return false;
        }

        if (_roaming is not null && _roaming.HasMoved(_batch.Source))
        {
            _peerMoved(_roaming.Peer);
        }

        if (isHeld)
        {
            return false;
        }

        _frame = datagram + frameOffset;
        _frameLength = length - frameOffset;
        return true;
    }

    // SAFETY: a frame is a part of a slot, and the batch is not filled again before it is done with.
    private Span<byte> Frame => new(_frame, _frameLength);

    // SAFETY: the block has just this size, and lives as long as this object.
    private Span<byte> FlowBuffers => new(_flowBuffers.Start, TcpCoalescer.BuffersLength);

    private bool TryCoalesce()
    {
        CoalesceResult result = _coalescer.Add(Frame, FlowBuffers);
        switch (result.Action)
        {
            case CoalesceAction.DeliverFrame:
                return TryDeliverFrame();
            case CoalesceAction.DeliverFlow:
                _frame = null;
                return TryDeliverFlow(result.Flow);
            case CoalesceAction.DeliverFlowThenAddAgain:
                return TryDeliverFlow(result.Flow);
            default:
                _frame = null;
                return true;
        }
    }

    private bool TryDeliverFrame()
    {
        // Here and not for every segment: a SYN is never joined.
        if (_pathMtu.LowersMss && _pathMtu.IsFitted)
        {
            _ = MssClamp.TryClamp(Frame, _frameLength, _pathMtu.MaximumFrame, needsChecksum: false);
        }

        byte* frame = _frame;
        _frame = null;
        return _delivery.TryDeliverFrame(frame, _frameLength);
    }

    private bool TryDeliverFlow(int flow)
    {
        CoalescedFrame frame = _coalescer.Finish(flow, FlowBuffers);
        return _delivery.TryDeliverLarge(_flowBuffers.Start + frame.Offset, frame);
    }

    private void CountRefused(DropReason reason, ReadOnlySpan<byte> datagram)
    {
        _counters.AddDrop(reason, _encapsulation.OffendingValue(datagram, reason));
    }

    private DropReason Open(ReadOnlySpan<byte> datagram, out int frameOffset)
    {
        DropReason reason = _encapsulation.TryOpen(datagram, out frameOffset);
        return reason == DropReason.None && _linkIsDown ? DropReason.LinkDown : reason;
    }
}
