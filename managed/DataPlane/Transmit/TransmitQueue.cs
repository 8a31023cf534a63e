// SPDX-License-Identifier: GPL-2.0-or-later
//
// What waits to be sent, and for how long.
//
// QEMU gives no hint at the end of a burst, so the first datagram of a batch asks the host for a bottom half, which runs
// when the present burst is over (virtio-net sends up to 256 frames per burst). The batch is flushed there, or earlier
// when it is full.
//
// Backpressure. A frame is either accepted (copied, and then sent or counted as a drop) or refused. When the kernel has
// no room, the batch stays as it is and every further frame is refused, so QEMU holds the guest's next frame and the
// guest's ring fills: nothing that was accepted is lost, and nothing is queued without bound. What the kernel says, and
// what follows from it, is in BatchSender.cs.

using System;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The batch of a session, its flushing and its backpressure.</summary>
internal sealed class TransmitQueue : IDisposable
{
    private const int NoBuffersDelayMs = 1;
    private readonly Host _host;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly TransmitBatch _batch;
    private readonly BatchSender _sender;
    private bool _flushScheduled;

    public TransmitQueue(SessionParts parts, SendKinds kinds, SocketAddress? address, bool ipv6)
    {
        _host = parts.Host;
        _watch = parts.Watch;
        _alarms = parts.Alarms;
        _counters = parts.Counters;
        _batch = new TransmitBatch(address, parts.Segmentation, ipv6);
        _sender = new BatchSender(parts, kinds, _batch);
    }

    /// <summary>The kernel has no room: frames are refused until it has.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Some frames of this burst wait already.</summary>
    public bool IsFilling => _flushScheduled;

    /// <summary>Makes room for datagrams, by sending what waits if need be.</summary>
    /// <param name="datagrams">At most <see cref="TransmitBatch.MaximumReserve"/>.</param>
    /// <param name="bytes">Of all of them together; at most <see cref="TransmitBatch.MaximumBytes"/>.</param>
    /// <returns>False when the kernel takes no more: refuse the frame, and try again after Resume.</returns>
    public bool TryReserve(int datagrams, int bytes)
    {
        if (IsBlocked)
        {
            return false;
        }

        if (!_batch.HasRoom(datagrams, bytes))
        {
            Flush();
        }

        return !IsBlocked;
    }

    /// <summary>Adds a datagram for which room has been made. The caller fills it at once.</summary>
    /// <param name="length">1 to 65,535 bytes.</param>
    /// <param name="kind">How it is sent.</param>
    /// <returns>Its bytes, not cleared.</returns>
    public Span<byte> Add(int length, SendKind kind)
    {
        ScheduleFlush();
        return _batch.Add(length, kind);
    }

    /// <summary>Adds equal datagrams for which room has been made. The caller fills them at once.</summary>
    /// <param name="length">1 to 65,535 bytes each.</param>
    /// <param name="count">How many.</param>
    /// <param name="kind">How they are sent.</param>
    /// <returns>Their bytes one behind the other, not cleared.</returns>
    public Span<byte> Add(int length, int count, SendKind kind)
    {
        ScheduleFlush();
        return _batch.Add(length, count, kind);
    }

    /// <summary>The peer is here from now on.</summary>
    public void SetAddress(SocketAddress address) => _batch.SetAddress(address);

    /// <summary>No runs are wanted any more (gso=off), not even those that wait.</summary>
    public void Split() => _batch.Split();

    /// <summary>The bottom half: the burst is over.</summary>
    public void Run()
    {
        if (_flushScheduled)
        {
            _flushScheduled = false;
            if (!IsBlocked)
            {
                Flush();
            }
        }
    }

    /// <summary>The socket is writable again, or the wait after ENOBUFS is over.</summary>
    public void Resume()
    {
        if (!IsBlocked)
        {
            return;
        }

        IsBlocked = false;
        _counters.SetTransmitBlocked(false);
        _watch.SetWrite(false);
        Flush();
        if (!IsBlocked)
        {
            // Last, for the host offers frames again from inside.
            _host.ResumeGuest();
        }
    }

    /// <summary>Sends the batch, as far as the kernel takes it.</summary>
    public void Flush()
    {
        _alarms.Set(Alarm.Info, Session.InfoDelayMs);
        Errno error = _sender.Send();
        if (!error.IsNone)
        {
            Block(error);
        }
    }

    public void Dispose() => _batch.Dispose();

    private void ScheduleFlush()
    {
        if (!_flushScheduled)
        {
            _flushScheduled = true;
            _host.Schedule();
        }
    }

    private void Block(Errno error)
    {
        IsBlocked = true;
        _counters.SetTransmitBlocked(true);
        if (error.IsNoBuffers)
        {
            _alarms.Set(Alarm.RetryTransmit, NoBuffersDelayMs);
        }
        else
        {
            _watch.SetWrite(true);
        }
    }
}
