// SPDX-License-Identifier: GPL-2.0-or-later
//
// Wire to guest.
//
//     socket readable --> recvmmsg into the slots --> check, strip --> deliver each frame, in place
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
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Tunnel;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Receive;

/// <summary>The receive half of a session.</summary>
internal sealed unsafe class ReceivePath : IDisposable
{
    private const int ErrorPauseMs = 10;

    private const int Headroom = NativeBlock.CacheLine;

    /// <summary>Frames per call: as many as virtio-net sends in one burst.</summary>
    private const int FrameBudget = 256;

    private readonly Host _host;
    private readonly DatagramSocket _socket;
    private readonly Encapsulation _encapsulation;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly ReceiveBatch _batch = new();
    private readonly NativeBlock _shortFrame = new(Headroom + EthernetFrame.MinimumLength);
    private bool _guestIsFull;
    private int _queuedLength;
    private bool _resumeScheduled;

    public ReceivePath(SessionParts parts)
    {
        _host = parts.Host;
        _socket = parts.Socket;
        _encapsulation = parts.Encapsulation;
        _watch = parts.Watch;
        _alarms = parts.Alarms;
        _counters = parts.Counters;
    }

    /// <summary>The guest's link is down: frames are dropped and counted.</summary>
    public bool LinkIsDown { get; set; }

    /// <summary>The socket is readable.</summary>
    public void Read()
    {
        if (_guestIsFull || !_batch.IsEmpty)
        {
            return;
        }

        int received = _socket.Receive(_batch.Messages, ReceiveBatch.MaximumMessages, out Errno error);
        if (received == 0)
        {
            Failed(error);
            return;
        }

        _alarms.Set(Alarm.Info, Session.InfoDelayMs);
        _counters.ReceiveCalls++;
        _batch.Filled(received);
        DeliverRest();
    }

    /// <summary>The frame that the host had queued has left its queue.</summary>
    /// <param name="taken">The guest took it; else the host threw it away.</param>
    public void Delivered(bool taken)
    {
        if (_guestIsFull)
        {
            _guestIsFull = false;
            CountQueued(taken);
            ScheduleRest();
        }
    }

    /// <summary>The bottom half.</summary>
    public void Run()
    {
        if (_resumeScheduled)
        {
            _resumeScheduled = false;
            if (!_guestIsFull)
            {
                DeliverRest();
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

    public void Dispose()
    {
        _batch.Dispose();
        _shortFrame.Dispose();
    }

    private void ScheduleRest()
    {
        if (!_resumeScheduled)
        {
            _resumeScheduled = true;
            _host.Schedule();
        }
    }

    private void CountQueued(bool taken)
    {
        if (taken)
        {
            _counters.AddReceived(_queuedLength);
        }
        else
        {
            _counters.AddDrop(DropReason.Purged);
        }
    }

    private void DeliverRest()
    {
        bool pads = _host.PadsShortFrames;
        for (int i = 0; i < FrameBudget; i++)
        {
            if (_batch.IsEmpty)
            {
                _watch.SetRead(true);
                return;
            }

            if (!TryDeliverNext(pads))
            {
                _guestIsFull = true;
                _watch.SetRead(false);
                return;
            }
        }

        ScheduleRest();
    }

    /// <summary>Opens the next datagram and hands its frame over.</summary>
    /// <returns>False when the host took this frame but takes no more.</returns>
    private bool TryDeliverNext(bool pads)
    {
        byte* datagram = _batch.Take(out int length, out bool truncated);
        // SAFETY: length is what the kernel wrote into this slot, at most the slot's size.
        DropReason reason = Open(new ReadOnlySpan<byte>(datagram, length), truncated, out int frameOffset);
        if (reason != DropReason.None)
        {
            _counters.AddDrop(reason);
            return true;
        }

        return TryDeliver(datagram + frameOffset, length - frameOffset, pads);
    }

    private bool TryDeliver(byte* frame, int length, bool pads)
    {
        bool isPadded = pads && length < EthernetFrame.MinimumLength;
        nint taken = isPadded
            ? _host.Deliver(Pad(frame, length), EthernetFrame.MinimumLength)
            : _host.Deliver(frame, length);
        if (taken == 0)
        {
            _queuedLength = length;
            return false;
        }

        _counters.AddReceived(length);
        return true;
    }

    /// <summary>Copies a short frame to where it can grow: behind it in its slot may lie the next one.</summary>
    private byte* Pad(byte* frame, int length)
    {
        byte* copy = _shortFrame.Start + Headroom;
        // SAFETY: length is below 60, and the block holds the headroom and 60 bytes.
        Span<byte> padded = new(copy, EthernetFrame.MinimumLength);
        new ReadOnlySpan<byte>(frame, length).CopyTo(padded);
        padded[length..].Clear();
        return copy;
    }

    private DropReason Open(ReadOnlySpan<byte> datagram, bool truncated, out int frameOffset)
    {
        frameOffset = 0;
        if (truncated)
        {
            return DropReason.Truncated;
        }

        DropReason reason = _encapsulation.TryOpen(datagram, out frameOffset);
        return reason == DropReason.None && LinkIsDown ? DropReason.LinkDown : reason;
    }

    /// <summary>
    /// An ICMP error that an earlier send caused arrives here too when nobody sends (udp(7)); reading goes on. Other
    /// errors would come back at once for as long as their cause lasts, and keep the event loop busy: pause.
    /// </summary>
    private void Failed(Errno error)
    {
        if (error.IsWouldBlock || error.IsInterrupted)
        {
            return;
        }

        _counters.ReceiveErrors++;
        _alarms.Set(Alarm.Info, Session.InfoDelayMs);
        if (error.Value is not (LinuxConstants.ECONNREFUSED or LinuxConstants.EHOSTUNREACH or LinuxConstants.ENETUNREACH))
        {
            _watch.SetRead(false);
            _alarms.Set(Alarm.RetryReceive, ErrorPauseMs);
        }
    }
}
