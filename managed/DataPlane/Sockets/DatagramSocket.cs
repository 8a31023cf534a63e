// SPDX-License-Identifier: GPL-2.0-or-later
//
// The edge: the one place that makes system calls for a session's data.
//
// The socket is connected to the peer when the source check is on. The kernel then refuses foreign sources before they
// cost anything, and reports ICMP errors (udp(7)): on the *next* send or receive, without doing that one. So such an error
// is about the past, not about the call that returns it.
//
// connect(2) needs a route. A VM must start without one (the interface may come later), so a missing route is not an
// error: the socket refuses everything until TryConnect succeeds.
//
// UDP_GRO. The kernel decides whether to join datagrams when they arrive, and whether to tell their borders when they are
// read. A run that was joined before UDP_GRO went off may still be on its way into the queue then, for as long as its
// processor does something else. Read now, it would look like one long datagram. So UDP_GRO is on again for each read, until
// the queue is empty some time after it went off.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>A bound UDP or raw IP socket. Owns the descriptor.</summary>
internal sealed unsafe class DatagramSocket : IDisposable
{
    /// <summary>For so long after UDP_GRO went off, a run that was joined before may still come.</summary>
    public const int CoalescingDoubtMs = 200;

    private readonly SocketPlan _plan;
    private SocketAddress _destination;
    private sock_filter[]? _filter;
    private PmtuDiscovery _discovery;
    private readonly MessageCalls _calls = new();
    private bool _endsCoalescing;
    private long _coalescingEndedAt;
    private uint _refused;
    private uint _refusesSince;

    /// <summary>Takes over an open descriptor. <see cref="SocketOpener"/> makes them; tests hand in others.</summary>
    /// <param name="descriptor">An open, bound datagram socket.</param>
    /// <param name="plan">What it is for.</param>
    /// <param name="connected">Whether it is connected to the peer already.</param>
    public DatagramSocket(int descriptor, SocketPlan plan, bool connected)
    {
        Descriptor = descriptor;
        _plan = plan;
        _destination = plan.Destination;
        _filter = plan.Filter;
        IsReady = connected || !plan.SourceCheck;
        _discovery = ReadDiscovery();
        DefaultDiscovery = _discovery;
    }

    /// <summary>What the system wants: Dont where net.ipv4.ip_no_pmtu_disc is set.</summary>
    public PmtuDiscovery DefaultDiscovery { get; }

    /// <summary>The file descriptor; -1 when closed.</summary>
    public int Descriptor { get; private set; }

    /// <summary>False while there is no route to the peer: the socket refuses everything it receives.</summary>
    public bool IsReady { get; private set; }

    /// <summary>Why connect(2) has failed the last time; none when it has not.</summary>
    public Errno ConnectError { get; private set; }

    /// <summary>It has failed for want of a route, which may come.</summary>
    public bool LacksRoute { get; private set; }

    /// <summary>What the user should know about the socket; empty: nothing.</summary>
    public string Notice { get; set; } = string.Empty;

    /// <summary>Messages need no address: the socket is connected.</summary>
    public bool IsConnected => _plan.SourceCheck;

    /// <summary>How many of the datagrams that the kernel has dropped were refused since there was no route to the peer.</summary>
    /// <param name="dropped">What it has counted so far, with all that was ever refused.</param>
    public uint Refused(uint dropped) => IsReady ? _refused : unchecked(_refused + (dropped - _refusesSince));

    /// <summary>Connects to the peer, if that has not been done.</summary>
    /// <returns>None when the socket is ready, else why it is not.</returns>
    public Errno TryConnect()
    {
        if (IsReady)
        {
            return default;
        }

        Errno error = SocketOpener.Connect(Descriptor, _destination);
        LacksRoute = !error.IsNone && Routes.IsMissing(Descriptor, error, _plan.Source, _destination);
        if (error.IsNone)
        {
            error = SocketOpener.SetFilter(Descriptor, _filter);
        }

        if (error.IsNone)
        {
            _refused = Refused(SocketFacts.Drops(Descriptor));
            IsReady = true;
        }

        ConnectError = error;
        return error;
    }

    /// <summary>The peer is another one from now on.</summary>
    /// <param name="destination">Of the same family.</param>
    /// <param name="filter">The filter for it.</param>
    /// <returns>
    /// Why it cannot be; then all is as before. A missing route is no such reason: the socket refuses everything until
    /// TryConnect succeeds.
    /// </returns>
    public Errno Retarget(SocketAddress destination, sock_filter[]? filter)
    {
        (SocketAddress Destination, sock_filter[]? Filter) before = (_destination, _filter);
        (_destination, _filter) = (destination, filter);
        if (!IsConnected)
        {
            return default;
        }

        Errno error = Reconnect();
        if (error.IsNone || LacksRoute)
        {
            return default;
        }

        (_destination, _filter) = before;
        _ = Reconnect();
        return error;
    }

    /// <summary>Connects to the same peer once more, which makes the socket look for its route.</summary>
    public bool TryConnectAnew() => SocketOpener.Connect(Descriptor, _destination).IsNone;

    /// <summary>Says whether what is sent from now on may be fragmented.</summary>
    public void SetDiscovery(PmtuDiscovery discovery)
    {
        if (discovery != _discovery)
        {
            _discovery = discovery;
            int value = (int)discovery;
            // SAFETY: the option takes an int, which lives on this stack. Only sockets of other families refuse it.
            _ = Libc.setsockopt(Descriptor, Level, DiscoveryOption, &value, sizeof(int));
        }
    }

    /// <summary>Which of the two calls for many messages this process may not make.</summary>
    public RefusedCalls RefusedCalls => _calls.Refused;

    /// <summary>sendmmsg(2).</summary>
    /// <param name="messages">The messages; those sent have msg_len set.</param>
    /// <param name="count">How many, at most 1024.</param>
    /// <param name="error">Why nothing was sent.</param>
    /// <returns>How many were sent; 0 with an error.</returns>
    public int Send(mmsghdr* messages, int count, out Errno error) => _calls.Send(Descriptor, messages, count, out error);

    /// <summary>recvmmsg(2).</summary>
    /// <param name="messages">The slots; those filled have msg_len and msg_flags set.</param>
    /// <param name="count">How many.</param>
    /// <param name="error">Why nothing was received; EAGAIN when there is nothing.</param>
    /// <returns>How many were received; 0 with an error.</returns>
    public int Receive(mmsghdr* messages, int count, out Errno error)
    {
        if (!_endsCoalescing)
        {
            return _calls.Receive(Descriptor, messages, count, out error);
        }

        SocketTuning.TryBeginCoalescing(Descriptor);
        int received = _calls.Receive(Descriptor, messages, count, out error);
        if (received < count)
        {
            SocketTuning.TryEndCoalescing(Descriptor);
            _coalescingEndedAt = Environment.TickCount64;
        }

        return received;
    }

    /// <summary>gro=on, on a UDP socket.</summary>
    /// <exception cref="Errors.OptionException">The kernel does not know it.</exception>
    public void BeginCoalescing()
    {
        SocketTuning.BeginCoalescing(Descriptor);
        _endsCoalescing = false;
    }

    /// <summary>gro=off. Runs that are here or on their way are still taken apart: see the head of the file.</summary>
    public void EndCoalescing()
    {
        SocketTuning.TryEndCoalescing(Descriptor);
        _coalescingEndedAt = Environment.TickCount64;
        _endsCoalescing = true;
    }

    /// <summary>Ends that care once no run can be on its way any more.</summary>
    /// <returns>False: ask again after <see cref="CoalescingDoubtMs"/>.</returns>
    public bool HasCoalescingEnded()
    {
        if (_endsCoalescing && Environment.TickCount64 - _coalescingEndedAt >= CoalescingDoubtMs && IsEmpty)
        {
            _endsCoalescing = false;
        }

        return !_endsCoalescing;
    }

    /// <summary>Somebody who holds the socket, too, has ended it (shutdown(2)), at least for reading.</summary>
    public bool IsShutDown => InheritedSocket.IsShutDown(Descriptor);

    /// <summary>Throws away what waits in the error queue; it keeps the socket readable.</summary>
    public void ClearErrorQueue() => SocketOpener.Drain(Descriptor, LinuxConstants.MSG_ERRQUEUE);

    private bool IsEmpty
    {
        get
        {
            byte first;
            // SAFETY: one byte of room, and the kernel cuts what is longer.
            return Libc.recv(Descriptor, &first, 1, LinuxConstants.MSG_PEEK | LinuxConstants.MSG_DONTWAIT) < 0 && Errno.Last.IsWouldBlock;
        }
    }

    /// <summary>From nobody, while the socket belongs to no peer.</summary>
    private Errno Reconnect()
    {
        uint dropped = SocketFacts.Drops(Descriptor);
        Errno error = SocketOpener.SetFilter(Descriptor, SessionFilter.RefuseAll());
        if (!error.IsNone)
        {
            return error;
        }

        _refusesSince = IsReady ? dropped : _refusesSince;
        IsReady = false;
        if (_plan.Source.IsAny && _plan.Carrier == Carrier.Udp)
        {
            // The first connect(2) has chosen a source address for this route, and a second one would keep it. A raw socket
            // does keep it: connected to nobody it would get no packet ever again (raw_unhash_sk).
            error = SocketOpener.Disconnect(Descriptor, _plan);
        }

        return error.IsNone ? TryConnect() : error;
    }

    private int Level => _plan.IsIpv6 ? LinuxConstants.IPPROTO_IPV6 : LinuxConstants.IPPROTO_IP;

    private int DiscoveryOption => _plan.IsIpv6 ? LinuxConstants.IPV6_MTU_DISCOVER : LinuxConstants.IP_MTU_DISCOVER;

    private PmtuDiscovery ReadDiscovery()
    {
        int value = LinuxConstants.IP_PMTUDISC_WANT;
        uint length = sizeof(int);
        // SAFETY: the option gives an int, which lives on this stack.
        _ = Libc.getsockopt(Descriptor, Level, DiscoveryOption, &value, &length);
        return (PmtuDiscovery)value;
    }

    public void Dispose()
    {
        if (Descriptor >= 0)
        {
            _ = Libc.close(Descriptor);
            Descriptor = -1;
        }
    }
}
