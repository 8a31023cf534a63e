// SPDX-License-Identifier: GPL-2.0-or-later
//
// What waits to be sent, and what happens when it cannot be.
//
// QEMU gives no hint at the end of a burst, so the first datagram of a batch asks the host for a bottom half, which runs
// when the present burst is over (virtio-net sends up to 256 frames per burst). The batch is flushed there, or earlier
// when it is full.
//
// Backpressure. A frame is either accepted (copied, and then sent or counted as a drop) or refused. When the kernel has
// no room, the batch stays as it is and every further frame is refused, so QEMU holds the guest's next frame and the
// guest's ring fills: nothing that was accepted is lost, and nothing is queued without bound.
//
//     sendmmsg says    we
//     EAGAIN           wait for poll to say the socket is writable
//     ENOBUFS          wait a millisecond: poll does not tell when there is room (send(2)). A datagram in fragments is
//                      dropped after 100 of them, as below. A full queue of a device is no ENOBUFS: Linux hides it from
//                      UDP and raw IPv4, but not from raw IPv6
//     EINTR            try again
//     anything else    try the same message again; the error may be an ICMP error that an *earlier* datagram caused, and
//                      then the kernel has not tried to send this one (udp(7)). The last time it is this message's own
//                      error: drop it, count it, go on with the next. A run (UDP_SEGMENT) that still gets EIO, EINVAL or
//                      EMSGSIZE is sent datagram by datagram instead, see UdpSegmentation; a datagram that gets EMSGSIZE
//                      because the path has shrunk is fragmented, see SendKinds
//
// Who forges ICMP errors fast enough makes every other call fail. So an error that ICMP may have brought is tried against
// more often: a storm that half of the calls meet costs one frame in 65,536, not one in four. But only until a message was
// dropped for it: then the cause may be lasting (no route), and tries are few until something is sent.

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Tunnel;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The batch of a session, its flushing and its backpressure.</summary>
internal sealed class TransmitQueue : IDisposable
{
    private const int NoBuffersDelayMs = 1;
    private const int FewTries = 2;
    private const int ManyTries = 16;

    /// <summary>
    /// A tenth of a second, for a datagram in fragments: when they exceed the send buffer it gets ENOBUFS for ever, and a
    /// guest can make one at will. A datagram in one piece always fits some day.
    /// </summary>
    private const int MaximumNoBufferWaits = 100;

    /// <summary>Where the path MTU is not known: no frame of so many bytes is meant.</summary>
    private const int CertainlyWhole = 1514;

    private readonly Host _host;
    private readonly DatagramSocket _socket;
    private readonly int _headerLength;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly Captures _captures;
    private readonly SendHealth _health;
    private readonly PathMtu _pathMtu;
    private readonly UdpSegmentation _segmentation;
    private readonly SendKinds _kinds;
    private readonly TransmitBatch _batch;
    private bool _flushScheduled;
    private bool _isFailing;
    private int _noBufferWaits;

    public TransmitQueue(SessionParts parts, SendKinds kinds, SocketAddress? address, bool ipv6)
    {
        _kinds = kinds;
        _host = parts.Host;
        _socket = parts.Socket;
        _headerLength = parts.Encapsulation.HeaderLength;
        _watch = parts.Watch;
        _alarms = parts.Alarms;
        _counters = parts.Counters;
        _captures = parts.Captures;
        _health = parts.SendHealth;
        _pathMtu = parts.PathMtu;
        _segmentation = parts.Segmentation;
        _batch = new TransmitBatch(address, parts.Segmentation, ipv6);
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
        if (!_socket.IsReady && !TryConnect())
        {
            return;
        }

        if (_segmentation.UnevenOnly)
        {
            _batch.SplitEqualRuns();
        }

        Errno met = default;
        int tries = 0;
        while (!_batch.IsEmpty)
        {
            int sent = Send(out Errno error);
            if (sent > 0)
            {
                Sent(sent, met);
                met = default;
                tries = 0;
            }
            else if (error.IsWouldBlock || (error.IsNoBuffers && !NeverFits))
            {
                Block(error);
                return;
            }
            else if (!error.IsInterrupted)
            {
                tries++;
                bool isLast = tries >= Tries(error);
                Refused(error, isLast);
                met = isLast ? default : error;
                tries = isLast ? 0 : tries;
            }
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

    private int Tries(Errno error) => error switch
    {
        { IsNoBuffers: true } => 1,
        { IsFromIcmp: true } when !_isFailing => ManyTries,
        _ => FewTries,
    };

    private bool NeverFits =>
        _noBufferWaits >= MaximumNoBufferWaits && _batch.SegmentSize > Math.Min(_pathMtu.MaximumFrame, CertainlyWhole) + _headerLength;

    /// <summary>A socket without a route refuses every send, with an error that does not say why: do it here instead.</summary>
    private bool TryConnect()
    {
        Errno error = _socket.TryConnect();
        if (error.IsNone)
        {
            _pathMtu.Refresh();
            return true;
        }

        while (!_batch.IsEmpty)
        {
            _counters.SendErrors++;
            _health.Failed(error, lost: true);
            DropFirst();
        }

        return false;
    }

    private unsafe int Send(out Errno error)
    {
        _socket.SetDiscovery(_batch.Kind.Discovery);
        return _socket.Send(_batch.Messages, _batch.WaitingAlike(), out error);
    }

    /// <summary>The kernel has taken messages.</summary>
    /// <param name="messages">How many.</param>
    /// <param name="met">What the first of them met when it was tried before; none when it was not.</param>
    private void Sent(int messages, Errno met)
    {
        if (!met.IsNone && IsAboutRun(met))
        {
            // The run is taken as it is, so the error was an earlier datagram's.
            _counters.SendErrors++;
            _health.Failed(met, lost: false);
        }

        if (_segmentation.TryConfirm())
        {
            _health.Withdrawn(_segmentation.Withdrawn);
        }

        _isFailing = false;
        _noBufferWaits = 0;
        CountSent(messages);
        _batch.Remove(messages);
    }

    private void CountSent(int messages)
    {
        if (_captures.Wire.IsOn)
        {
            WatchSent(messages);
        }

        _counters.AddTransmitCall(messages);
        for (int i = 0; i < messages; i++)
        {
            (int datagrams, int bytes) = _batch.Size(i);
            _counters.AddTransmitted(datagrams, bytes - (datagrams * _headerLength));
        }
    }

    private void WatchSent(int messages)
    {
        for (int i = 0; i < messages; i++)
        {
            ReadOnlySpan<byte> run = _batch.Bytes(i, out int segmentSize);
            while (!run.IsEmpty)
            {
                int length = Math.Min(segmentSize, run.Length);
                _captures.WriteSent(run[..length]);
                run = run[length..];
            }
        }
    }

    /// <summary>The kernel has refused the first message.</summary>
    /// <param name="error">Why.</param>
    /// <param name="isLast">It is the message's own error; else the message will be tried once more.</param>
    private void Refused(Errno error, bool isLast)
    {
        if (IsAboutRun(error))
        {
            if (isLast)
            {
                // Its datagrams may go one by one; the first that does shows that the error was about the run.
                _segmentation.Suspect(error, _batch.SegmentSize);
                _pathMtu.Refresh();
                _batch.Split();
            }

            return;
        }

        if (error.Value == LinuxConstants.EMSGSIZE && isLast && TryFragment())
        {
            return;
        }

        _counters.SendErrors++;
        _health.Failed(error, lost: isLast);
        if (isLast)
        {
            _segmentation.Acquit();
            _isFailing = true;
            _noBufferWaits = 0;
            DropFirst();
        }
    }

    /// <summary>The path has shrunk since datagrams were queued that were to fit: let this host fragment them.</summary>
    private bool TryFragment()
    {
        _pathMtu.Refresh();
        SendKind kind = _batch.Kind;
        SendKind other = _kinds.WhenTooLong(kind);
        if (kind == other)
        {
            return false;
        }

        int fits = Math.Min(_batch.Size(0).Bytes - 1, _pathMtu.MaximumDatagram);
        _counters.FragmentedFrames += (ulong)_batch.Change(kind, other, fits);
        return true;
    }

    private bool IsAboutRun(Errno error) => _batch.Size(0).Datagrams > 1 && UdpSegmentation.MayBeAboutRuns(error);

    private void DropFirst()
    {
        _counters.AddDrops(DropReason.SendFailed, _batch.Size(0).Datagrams, (ulong)_health.Current.Value);
        _batch.Remove(1);
    }

    private void Block(Errno error)
    {
        IsBlocked = true;
        _counters.SetTransmitBlocked(true);
        if (error.IsNoBuffers)
        {
            _noBufferWaits++;
            _alarms.Set(Alarm.RetryTransmit, NoBuffersDelayMs);
        }
        else
        {
            _watch.SetWrite(true);
        }
    }
}
