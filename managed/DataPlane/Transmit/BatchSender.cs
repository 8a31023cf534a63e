// SPDX-License-Identifier: GPL-2.0-or-later
//
// Sends a batch, and knows what each error of sendmmsg(2) is about.
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
//                      because the path has shrunk is fragmented, see SendPolicy
//
// Who forges ICMP errors fast enough makes most calls fail. So an error that ICMP may have brought is tried against more
// often, and then again a millisecond later, up to 20 times: a storm that nine in ten calls meet costs no frame. But only
// until a message was dropped for it: then the cause may be lasting, and tries are few until something is sent. Nor is there
// a wait where the kernel has no route, or the datagram is longer than the path and may not be in fragments: then the error is
// its own.

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Wire;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The way from the batch into the kernel.</summary>
internal sealed class BatchSender
{
    private const int FewTries = 2;
    private const int ManyTries = 16;
    private const int MaximumStormWaits = 20;

    /// <summary>
    /// A tenth of a second, for a datagram in fragments: when they exceed the send buffer it gets ENOBUFS for ever, and a
    /// guest can make one at will. A datagram in one piece always fits some day.
    /// </summary>
    private const int MaximumNoBufferWaits = 100;

    private readonly DatagramSocket _socket;
    private readonly int _headerLength;
    private readonly Counters _counters;
    private readonly Captures _captures;
    private readonly SendHealth _health;
    private readonly PathMtu _pathMtu;
    private readonly UdpSegmentation _segmentation;
    private readonly SendPolicy _policy;
    private readonly TransmitBatch _batch;
    private readonly TurnBudget _budget;
    private bool _isFailing;
    private int _noBufferWaits;
    private int _stormWaits;

    public BatchSender(DatagramSocket socket, UdpSegmentation segmentation, PathMtu pathMtu, Encapsulation encapsulation, Counters counters, SendHealth sendHealth, Captures captures, SendPolicy policy, TransmitBatch batch, TurnBudget budget)
    {
        _socket = socket;
        _headerLength = encapsulation.HeaderLength;
        _counters = counters;
        _captures = captures;
        _health = sendHealth;
        _pathMtu = pathMtu;
        _segmentation = segmentation;
        _policy = policy;
        _batch = batch;
        _budget = budget;
    }

    /// <summary>Sends the batch, as far as the kernel takes it.</summary>
    /// <returns>
    /// None when the batch is empty then, else why the rest has to wait: EAGAIN for poll, any other error for a millisecond.
    /// </returns>
    public Errno Send()
    {
        if (!_socket.IsReady && !TryConnect())
        {
            return default;
        }

        if (_segmentation.UnevenOnly)
        {
            int before = _batch.Waiting;
            _batch.SplitEqualRuns();
            _budget.Spend(_batch.Waiting - before);
        }

        Errno met = default;
        int tries = 0;
        while (!_batch.IsEmpty)
        {
            int sent = SendSome(out Errno error);
            if (sent > 0)
            {
                Sent(sent, met);
                met = default;
                tries = 0;
            }
            else if (error.IsWouldBlock || (error.IsNoBuffers && !NeverFits))
            {
                _noBufferWaits += error.IsNoBuffers ? 1 : 0;
                return error;
            }
            else if (!error.IsInterrupted)
            {
                tries++;
                _budget.Spend(1);
                bool isLast = tries >= Tries(error);
                if (isLast && MayBeStorm(error))
                {
                    // Counted here for a run, too, which counts no error that may be its own.
                    _stormWaits++;
                    _counters.SendErrors++;
                    _health.Failed(error);
                    return error;
                }

                Refused(error, isLast);
                met = isLast ? default : error;
                tries = isLast ? 0 : tries;
            }
        }

        return default;
    }

    private int Tries(Errno error) => error switch
    {
        { IsNoBuffers: true } => 1,
        { IsFromIcmp: true } when !_isFailing => ManyTries,
        _ => FewTries,
    };

    /// <summary>An error that has met every try may be another one each time: those of a storm of ICMP errors.</summary>
    private bool MayBeStorm(Errno error)
    {
        if (!error.IsFromIcmp || _isFailing || !_socket.IsConnected || _stormWaits >= MaximumStormWaits || !_socket.TryConnectAnew())
        {
            return false;
        }

        _pathMtu.Refresh();
        return error.Value != LinuxConstants.EMSGSIZE || (_pathMtu.Bytes != 0 && _batch.SegmentSize <= LongestTaken);
    }

    /// <summary>What the kernel takes of the first message's kind: also what it fragments, but no run of that.</summary>
    private int LongestTaken =>
        _batch.Options.Discovery == PmtuDiscovery.Do || _batch.Size(0).Datagrams != 1 ? _pathMtu.MaximumDatagram : _pathMtu.MaximumFragmented;

    /// <summary>Where the path MTU is not known, no frame of up to a full one is meant.</summary>
    private bool NeverFits =>
        _noBufferWaits >= MaximumNoBufferWaits && _batch.SegmentSize > Math.Min(_pathMtu.MaximumFrame, EthernetFrame.FullLength) + _headerLength;

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
            _health.Failed(error);
            DropFirst();
        }

        return false;
    }

    private unsafe int SendSome(out Errno error)
    {
        _socket.SetDiscovery(_batch.Options.Discovery);
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
            _health.Failed(met);
        }

        if (_segmentation.Sent())
        {
            _health.Withdrawn(_segmentation.Withdrawn);
        }

        _isFailing = false;
        _noBufferWaits = 0;
        _stormWaits = 0;
        CountSent(messages);
        _batch.Remove(messages);
    }

    private void CountSent(int messages)
    {
        if (_captures.Wire.IsOn)
        {
            CaptureSent(messages);
        }

        _counters.AddTransmitCall(messages);
        for (int i = 0; i < messages; i++)
        {
            (int datagrams, int bytes) = _batch.Size(i);
            _counters.AddTransmitted(datagrams, bytes - (datagrams * _headerLength));
        }
    }

    private void CaptureSent(int messages)
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
                // Its datagrams may go one by one; what becomes of the first says what the error was about.
                _segmentation.RunRefused(error, _batch.SegmentSize);
                _pathMtu.Refresh();
                int before = _batch.Waiting;
                _batch.Split();
                _budget.Spend(_batch.Waiting - before);
            }

            return;
        }

        if (error.Value == LinuxConstants.EMSGSIZE && isLast && TryFragment())
        {
            return;
        }

        _counters.SendErrors++;
        _health.Failed(error);
        if (isLast)
        {
            _segmentation.DatagramRefused();
            _isFailing = true;
            _noBufferWaits = 0;
            _stormWaits = 0;
            DropFirst();
        }
    }

    /// <summary>The path has shrunk since datagrams were queued that were to fit: let this host fragment them.</summary>
    private bool TryFragment()
    {
        _pathMtu.Refresh();
        SendOptions options = _batch.Options;
        SendOptions other = _policy.WhenTooLong(options);
        if (options == other)
        {
            return false;
        }

        int fits = Math.Min(_batch.Size(0).Bytes - 1, _pathMtu.MaximumDatagram);
        _counters.FragmentedFrames += (ulong)_batch.Change(options, other, fits);
        return true;
    }

    private bool IsAboutRun(Errno error) => UdpSegmentation.IsAboutRun(error, _batch.Size(0).Datagrams);

    private void DropFirst()
    {
        _counters.AddDrops(DropReason.SendFailed, _batch.Size(0).Datagrams, (ulong)_health.Current.Value);
        _batch.Remove(1);
    }
}
