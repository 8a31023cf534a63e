// SPDX-License-Identifier: GPL-2.0-or-later
//
// What waits to be sent, and for how long.
//
// QEMU gives no hint at the end of a burst, so the first datagram of a batch asks the host for a bottom half, which runs
// when the present burst is over (virtio-net sends up to 256 frames per burst). The batch is flushed there, or earlier
// when it is full.
//
// Frames that come alone. That bottom half is one more turn of the event loop, which a frame without company would wait for in
// vain, and which costs more than a system call. So behind a burst of one frame, frames leave at once, four of them; with the
// fourth the bottom half is asked for. If none has come behind that until it runs, four more leave at once. A burst of many
// costs four system calls more than it did, and only behind frames that came alone.
//
// Backpressure. A frame is either accepted (copied, and then sent or counted as a drop) or refused. When the kernel has
// no room, the batch stays as it is and every further frame is refused, so QEMU holds the guest's next frame and the
// guest's ring fills: nothing that was accepted is lost, and nothing is queued without bound. What the kernel says, and
// what follows from it, is in BatchSender.cs.
//
// Fairness. A guest may ask for millions of datagrams in one burst. So frames are refused, too, when the budget of this turn
// of the event loop is spent (TurnBudget.cs). The bottom half begins the next turn: it sends what waits, and lets the guest
// go on. Between the two the host serves everybody else.
//
// The last offer. QEMU keeps a refused frame until it is told to go on. If it offers one before, it is about to throw away what
// is refused: the VM stops, or the NIC or one of its queues is reset. Then virtio-net offers the rest of its ring, and QEMU
// ends if one of these frames is refused (flush_or_purge_queued_packets asserts that none is under way). So nothing is refused
// for want of budget then: the turn has more of it, and what is beyond that is dropped. Nor is anything refused that is offered
// while a storm of ICMP errors is waited out, for anybody can begin one: the host knows that nothing is taken then (CanTransmit),
// and offers nothing but what it is about to throw away.

using System;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The batch of a session, its flushing and its backpressure.</summary>
internal sealed class TransmitQueue : IDisposable
{
    private const int RetryDelayMs = 1;

    /// <summary>
    /// How many leave at once between two bottom halves: most turns of the loop are saved, and a burst that begins among them is
    /// soon known.
    /// </summary>
    private const int LoneFrames = 4;

    private readonly GuestPort _guest;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly TransmitBatch _batch;
    private readonly BatchSender _sender;
    private readonly UdpSegmentation _segmentation;
    private readonly TurnBudget _budget;
    private bool _runScheduled;
    private bool _guestWaits;

    /// <summary>Frames that were accepted since the last bottom half.</summary>
    private int _burst;

    /// <summary>Frames come alone.</summary>
    private bool _isLone;

    /// <summary>An empty queue.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="segmentation">Which runs the kernel takes.</param>
    /// <param name="watch">What the guest side polls the socket for.</param>
    /// <param name="alarms">The timer.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="batch">What waits; owned by the queue from now on.</param>
    /// <param name="sender">Sends it.</param>
    /// <param name="budget">What the guest may have of a turn.</param>
    public TransmitQueue(
        GuestPort guest,
        UdpSegmentation segmentation,
        SocketWatch watch,
        AlarmClock alarms,
        Counters counters,
        TransmitBatch batch,
        BatchSender sender,
        TurnBudget budget)
    {
        _guest = guest;
        _watch = watch;
        _alarms = alarms;
        _counters = counters;
        _segmentation = segmentation;
        _batch = batch;
        _sender = sender;
        _budget = budget;
    }

    /// <summary>The kernel takes nothing: frames are refused until it does.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>It takes nothing since ICMP errors meet every call. A frame that is offered then must be dropped, not refused.</summary>
    public bool WaitsOutStorm { get; private set; }

    /// <summary>The last <see cref="Reserve"/> gave nothing, and the frame must not be refused either: it is to be dropped.</summary>
    public bool MustDrop { get; private set; }

    /// <summary>Some frames of this burst wait already.</summary>
    public bool IsFilling => _runScheduled;

    /// <summary>Makes room for a datagram, by sending what waits if need be.</summary>
    /// <param name="length">Its bytes, at most 65,535.</param>
    /// <returns>There is room; else as <see cref="Reserve"/>.</returns>
    public bool TryReserve(int length)
    {
        if (!IsBlocked && !_budget.IsSpent && _batch.HasRoom(1, length))
        {
            return true;
        }

        return Reserve(1, length) != 0;
    }

    /// <summary>Makes room for equal datagrams, by sending what waits if need be.</summary>
    /// <param name="wanted">How many; at most <see cref="TransmitBatch.MaximumReserve"/>.</param>
    /// <param name="length">Bytes of each; all together at most <see cref="TransmitBatch.MaximumBytes"/>.</param>
    /// <returns>
    /// For how many there is room. 0: the kernel takes no more, or the turn's budget is spent. Refuse the frame then, unless
    /// <see cref="MustDrop"/>; the host is told when to offer it again.
    /// </returns>
    public int Reserve(int wanted, int length)
    {
        MustDrop = false;
        if (IsBlocked)
        {
            return 0;
        }

        int granted = _budget.Grant(wanted, length, _segmentation.Room(length));
        if (granted == 0 && _guestWaits && _budget.TryExtend())
        {
            granted = _budget.Grant(wanted, length, _segmentation.Room(length));
        }

        if (granted == 0)
        {
            MustDrop = _guestWaits;
            _guestWaits = true;
            ScheduleRun();
            return 0;
        }

        if (!_batch.HasRoom(granted, granted * length))
        {
            Flush();
        }

        return IsBlocked ? 0 : granted;
    }

    /// <summary>Adds a datagram for which room has been made. The caller fills it at once.</summary>
    /// <param name="length">1 to 65,535 bytes.</param>
    /// <param name="options">How it is sent.</param>
    /// <returns>Its bytes, not cleared.</returns>
    public Span<byte> Add(int length, SendOptions options)
    {
        int before = _batch.Waiting;
        Span<byte> datagram = _batch.Add(length, options);
        _budget.Spend(_batch.Waiting - before, 1, length);
        return datagram;
    }

    /// <summary>Adds equal datagrams for which room has been made. The caller fills them at once.</summary>
    /// <param name="length">1 to 65,535 bytes each.</param>
    /// <param name="count">How many.</param>
    /// <param name="options">How they are sent.</param>
    /// <returns>Their bytes one behind the other, not cleared.</returns>
    public Span<byte> Add(int length, int count, SendOptions options)
    {
        int before = _batch.Waiting;
        Span<byte> datagrams = _batch.Add(length, count, options);
        _budget.Spend(_batch.Waiting - before, count, datagrams.Length);
        return datagrams;
    }

    /// <summary>A frame's datagrams have been filled: they leave now, or at the bottom half.</summary>
    public void Complete()
    {
        _burst++;
        if (!_isLone || _burst > LoneFrames)
        {
            ScheduleRun();
            return;
        }

        try
        {
            SendWaiting();
        }
        finally
        {
            // After the send: asking for the bottom half is a system call, and no frame waits for it.
            if (_burst == LoneFrames || !_batch.IsEmpty)
            {
                ScheduleRun();
            }
        }
    }

    /// <summary>The peer is here from now on.</summary>
    public void SetAddress(SocketAddress address) => _batch.SetAddress(address);

    /// <summary>No runs are wanted any more (gso=off), not even those that wait.</summary>
    public void Split() => _batch.Split();

    /// <summary>The bottom half: the burst is over, or as much of it as one turn may have.</summary>
    public void Run()
    {
        if (!_runScheduled)
        {
            return;
        }

        _runScheduled = false;
        _isLone = _isLone ? _burst <= LoneFrames : _burst == 1;
        _burst = 0;
        _budget.Renew();
        try
        {
            SendWaiting();
        }
        finally
        {
            // After an exception, too: nobody else would.
            if (_guestWaits && !IsBlocked)
            {
                ResumeGuest();
            }
        }
    }

    /// <summary>The socket is writable again, or the wait of a millisecond is over.</summary>
    public void Resume()
    {
        if (!IsBlocked)
        {
            return;
        }

        IsBlocked = false;
        WaitsOutStorm = false;
        _counters.SetTransmitBlocked(false);
        _watch.SetWrite(false);
        try
        {
            Flush();
        }
        finally
        {
            if (!IsBlocked)
            {
                ResumeGuest();
            }
        }
    }

    /// <summary>Sends the batch, as far as the kernel takes it.</summary>
    public void Flush()
    {
        _alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        Errno error = _sender.Send();
        if (!error.IsNone)
        {
            Block(error);
        }
    }

    /// <summary>The same, unless the kernel has no room for it.</summary>
    public void SendWaiting()
    {
        if (!IsBlocked)
        {
            Flush();
        }
    }

    public void Dispose() => _batch.Dispose();

    /// <summary>Always the last thing to be done: the host offers frames again from inside.</summary>
    private void ResumeGuest()
    {
        _guestWaits = false;
        _guest.ResumeGuest();
    }

    private void ScheduleRun()
    {
        if (!_runScheduled)
        {
            _runScheduled = true;
            _guest.Schedule();
        }
    }

    private void Block(Errno error)
    {
        IsBlocked = true;
        WaitsOutStorm = !error.IsWouldBlock && !error.IsNoBuffers;
        _counters.SetTransmitBlocked(true);
        if (error.IsWouldBlock)
        {
            _watch.SetWrite(true);
        }
        else
        {
            _alarms.Set(Alarm.RetryTransmit, RetryDelayMs);
        }
    }
}
