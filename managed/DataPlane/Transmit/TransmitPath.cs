// SPDX-License-Identifier: GPL-2.0-or-later
//
// Guest to wire.
//
//     Transmit(frame) --> header + frame copied into the batch --> ... --> Flush: one sendmmsg
//
// QEMU gives no hint at the end of a burst, so the first frame of a batch asks the host for a bottom half, which runs
// when the present burst is over (virtio-net sends up to 256 frames per burst). The batch is flushed there, or earlier
// when it is full.
//
// Backpressure. A frame is either accepted (copied, and then sent or counted as a drop) or refused with 0. When the
// kernel has no room, the batch stays as it is and every further frame is refused, so QEMU holds the guest's next frame
// and the guest's ring fills: nothing that was accepted is lost, and nothing is queued without bound.
//
//     sendmmsg says    we
//     EAGAIN           wait for poll to say the socket is writable
//     ENOBUFS          wait a millisecond: poll does not tell when the device's queue has room (send(2))
//     EINTR            try again
//     EIO, EINVAL or   of a run (UDP_SEGMENT): send its datagrams one by one, and no more such runs, see
//       EMSGSIZE       UdpSegmentation
//     anything else    try the same message once more; the error may be an ICMP error that an *earlier* datagram
//                      caused, and then the kernel has not tried to send this one (udp(7)). The second time it is this
//                      message's own error: drop it, count it, go on with the next.

using System;
using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Tunnel;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The transmit half of a session.</summary>
internal sealed class TransmitPath : IDisposable
{
    private const int MaximumDatagram = 65_535;
    private const int NoBuffersDelayMs = 1;

    private readonly Host _host;
    private readonly DatagramSocket _socket;
    private readonly Encapsulation _encapsulation;
    private readonly SocketWatch _watch;
    private readonly AlarmClock _alarms;
    private readonly Counters _counters;
    private readonly SendHealth _health;
    private readonly UdpSegmentation _segmentation;
    private readonly TransmitBatch _batch;
    private bool _flushScheduled;

    public TransmitPath(SessionParts parts, SocketAddress? address)
    {
        _host = parts.Host;
        _socket = parts.Socket;
        _encapsulation = parts.Encapsulation;
        _watch = parts.Watch;
        _alarms = parts.Alarms;
        _counters = parts.Counters;
        _health = parts.SendHealth;
        _segmentation = parts.Segmentation;
        _batch = new TransmitBatch(address, parts.Segmentation);
    }

    /// <summary>The kernel has no room: frames are refused until it has.</summary>
    public bool IsBlocked { get; private set; }

    /// <summary>Takes one frame of the guest.</summary>
    /// <returns>False when it must be offered again later; true when it is accepted, or refused and counted.</returns>
    public bool TryTransmit(GuestFrame frame)
    {
        if (IsBlocked)
        {
            return false;
        }

        DropReason reason = Check(frame.Length);
        if (reason != DropReason.None)
        {
            _counters.AddDrop(reason);
            return true;
        }

        int length = _encapsulation.HeaderLength + frame.Length;
        if (!_batch.TryAdd(length, out Span<byte> datagram))
        {
            Flush();
            if (!_batch.TryAdd(length, out datagram))
            {
                return false;
            }
        }

        _encapsulation.Write(datagram);
        frame.CopyTo(datagram[_encapsulation.HeaderLength..]);
        if (!_flushScheduled)
        {
            _flushScheduled = true;
            _host.Schedule();
        }

        return true;
    }

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
        _watch.SetWrite(false);
        Flush();
        if (!IsBlocked)
        {
            // Last, for the host calls TryTransmit from inside.
            _host.ResumeGuest();
        }
    }

    /// <summary>Sends the batch, as far as the kernel takes it.</summary>
    public void Flush()
    {
        _alarms.Set(Alarm.Info, Session.InfoDelayMs);
        if (!_socket.IsReady)
        {
            _ = _socket.TryConnect();
        }

        bool triedAgain = false;
        while (!_batch.IsEmpty)
        {
            int sent = Send(out Errno error);
            if (sent > 0)
            {
                triedAgain = false;
                CountSent(sent);
                _batch.Remove(sent);
            }
            else if (error.IsWouldBlock || error.IsNoBuffers)
            {
                Block(error);
                return;
            }
            else if (!error.IsInterrupted && !TrySplit(error))
            {
                _counters.SendErrors++;
                _health.Failed(error, lost: triedAgain);
                DropFirst(triedAgain);
                triedAgain = !triedAgain;
            }
        }
    }

    public void Dispose() => _batch.Dispose();

    private DropReason Check(int frameLength)
    {
        if (frameLength < EthernetFrame.HeaderLength)
        {
            return DropReason.GuestRunt;
        }

        return frameLength > MaximumDatagram - _encapsulation.HeaderLength ? DropReason.FrameTooLong : DropReason.None;
    }

    private unsafe int Send(out Errno error) => _socket.Send(_batch.Messages, _batch.Waiting, out error);

    private void CountSent(int messages)
    {
        _counters.TransmitCalls++;
        for (int i = 0; i < messages; i++)
        {
            (int datagrams, int bytes) = _batch.Size(i);
            _counters.AddTransmitted(datagrams, bytes - (datagrams * _encapsulation.HeaderLength));
        }
    }

    /// <summary>Sends the datagrams of a refused run one by one from now on.</summary>
    /// <returns>False when the first message is no run, or the error is not about runs.</returns>
    private bool TrySplit(Errno error)
    {
        if (_batch.Size(0).Datagrams == 1 || !_segmentation.Withdraw(error, _batch.SegmentSize))
        {
            return false;
        }

        _health.Withdrawn(_segmentation.Withdrawn);
        _batch.Split();
        return true;
    }

    private void DropFirst(bool triedAgain)
    {
        if (triedAgain)
        {
            _counters.AddDrops(DropReason.SendFailed, _batch.Size(0).Datagrams);
            _batch.Remove(1);
        }
    }

    private void Block(Errno error)
    {
        IsBlocked = true;
        if (error.IsNoBuffers)
        {
            _counters.SendErrors++;
            _alarms.Set(Alarm.RetryTransmit, NoBuffersDelayMs);
        }
        else
        {
            _watch.SetWrite(true);
        }
    }
}
