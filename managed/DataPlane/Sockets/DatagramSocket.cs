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

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>A bound UDP or raw IP socket. Owns the descriptor.</summary>
internal sealed unsafe class DatagramSocket : IDisposable
{
    private readonly SocketPlan _plan;
    private SocketAddress _destination;
    private sock_filter[]? _filter;
    private PmtuDiscovery _discovery;
    private readonly MessageCalls _calls = new();
    private bool _endsCoalescing;
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
        int received = _calls.Receive(Descriptor, messages, count, out error);
        if (_endsCoalescing && received < count)
        {
            EndCoalescing();
        }

        return received;
    }

    /// <summary>
    /// gro=, on a UDP socket. It ends when nothing waits: what the kernel has joined it tells the borders of only while
    /// UDP_GRO is on.
    /// </summary>
    /// <exception cref="Errors.OptionException">The kernel does not know it.</exception>
    public void SetCoalescing(bool on)
    {
        _endsCoalescing = !on;
        if (on)
        {
            SocketTuning.BeginCoalescing(Descriptor);
        }
        else
        {
            EndCoalescing();
        }
    }

    /// <summary>Somebody who holds the socket, too, has ended it (shutdown(2)), at least for reading.</summary>
    public bool IsShutDown => InheritedSocket.IsShutDown(Descriptor);

    /// <summary>Throws away what waits in the error queue; it keeps the socket readable.</summary>
    public void ClearErrorQueue() => SocketOpener.Drain(Descriptor, LinuxConstants.MSG_ERRQUEUE);

    /// <summary>
    /// What comes between the look and the end of UDP_GRO may have been joined still. So there is a second look: if something
    /// has come, UDP_GRO is on again when it is read, and ends another time.
    /// </summary>
    private void EndCoalescing()
    {
        if (!IsEmpty)
        {
            return;
        }

        SocketTuning.TryEndCoalescing(Descriptor);
        _endsCoalescing = !IsEmpty && SocketTuning.TryBeginCoalescing(Descriptor);
    }

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
