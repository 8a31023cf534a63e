// SPDX-License-Identifier: GPL-2.0-or-later
//
// One netdev, one thread, one epoll:
//
//     listening socket --> a front-end, while there is none; a second one is turned away
//     connection       --> its requests
//     kicks            --> wake a queue
//     session's socket --> Readable, Writable
//     control socket   --> properties (Control/ControlSocket.cs)
//     stop             --> the end
//
// Each round handles the events that are there and then a turn of the guest (Guest/NetGuest.cs). The session outlives its front-ends: while there is none, or its
// rings are stopped, what the peer sends is read and dropped.

using System;
using L2tpv3.DataPlane.Log;
using L2tpv3.Vhost.Control;
using L2tpv3.Vhost.Device;
using L2tpv3.Vhost.Guest;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;
using L2tpv3.Vhost.Protocol;

namespace L2tpv3.Vhost.Loop;

/// <summary>The program's loop.</summary>
internal sealed class Server : IDisposable
{
    private const ulong StopToken = 0;
    private const ulong ListenerToken = 1;
    private const ulong FrontEndToken = 2;
    private const ulong ReceiveToken = 3;
    private const ulong TransmitToken = 4;
    private const ulong SocketToken = 5;

    private const ulong ControlToken = 6;
    private const ulong LastControlToken = ControlToken + ControlSocket.MaximumClients;

    /// <summary>Requests of one round, so that a front-end that talks does not stop frames.</summary>
    private const int RequestsPerRound = 16;

    private readonly Poller _poller = new();
    private readonly FileDescriptor _stop = FileDescriptor.Event();
    private readonly EventLog _log;
    private readonly LogAllowance _connections = new();
    private readonly LogAllowance _secondClients = new();
    private readonly LogAllowance _failures = new();
    private readonly LogAllowance _refusals = new();
    private FileDescriptor? _listener;
    private string? _path;
    private FrontEnd? _frontEnd;
    private ControlSocket? _control;
    private uint _hits = Guard.Hits();
    private bool _isStopping;

    /// <summary>Makes a loop without a session.</summary>
    public Server(EventLog log)
    {
        _log = log;
        Guest = new NetGuest(_poller, TransmitToken, ReceiveToken, SocketToken, log);
        _poller.Add(_stop.Number, VhostConstants.EPOLLIN, StopToken);
    }

    /// <summary>The guest side: its port is what a session is opened with, and the session is set here.</summary>
    public NetGuest Guest { get; }

    /// <summary>Listens for front-ends.</summary>
    /// <param name="path">A file's name.</param>
    public void Listen(string path)
    {
        _listener = UnixSocket.Listen(path);
        _path = path;
        _poller.Add(_listener.Number, VhostConstants.EPOLLIN, ListenerToken);
    }

    /// <summary>Listens for requests about the session.</summary>
    /// <param name="path">A file's name.</param>
    /// <param name="patienceMs">How long a client may take.</param>
    public void Control(string path, int patienceMs = ControlSocket.UsualPatienceMs) =>
        _control = new ControlSocket(path, _poller, ControlToken, new ControlRequest(Guest.Session, _log), patienceMs);

    /// <summary>A front-end is connected already.</summary>
    /// <param name="socket">The loop's from now on.</param>
    public void Connect(FileDescriptor socket)
    {
        _frontEnd = new FrontEnd(new MessageChannel(socket), Guest, _log, _refusals);
        _poller.Add(socket.Number, VhostConstants.EPOLLIN, FrontEndToken);
    }

    /// <summary>Ends <see cref="Run"/>. From any thread, or a signal's.</summary>
    public void Stop() => _stop.Signal();

    /// <summary>Serves until it is stopped, and then sends what the guest has made available.</summary>
    public void Run()
    {
        while (!_isStopping)
        {
            RunOnce(WaitMs);
        }

        Guest.Transmit.Wake();
        Guest.RunTurn();
    }

    /// <summary>One round.</summary>
    /// <param name="timeoutMs">How long it may wait for events; -1: for ever.</param>
    public void RunOnce(int timeoutMs)
    {
        int count = _poller.Wait(timeoutMs);
        for (int i = 0; i < count; i++)
        {
            Handle(_poller.Token(i), _poller.Events(i));
        }

        Guest.RunTurn();
        _control?.Run();
        uint hits = Guard.Hits();
        if (hits != _hits)
        {
            _hits = hits;
            EndIfMemoryIsLost();
        }
    }

    public void Dispose()
    {
        _frontEnd?.Dispose();
        _control?.Dispose();
        Guest.CloseSession();
        Guest.Dispose();
        if (_path is not null)
        {
            UnixSocket.Remove(_path);
        }

        _listener?.Dispose();
        _stop.Dispose();
        _poller.Dispose();
    }

    /// <summary>The sooner of two; -1, for ever, is the largest as an unsigned number.</summary>
    private int WaitMs => (int)Math.Min((uint)Guest.WaitMs, (uint)(_control?.WaitMs ?? -1));

    private void Handle(ulong token, uint events)
    {
        switch (token)
        {
            case StopToken:
                _isStopping = true;
                break;
            case ListenerToken:
                Accept();
                break;
            case FrontEndToken when _frontEnd is not null:
                End(_frontEnd.Handle(RequestsPerRound));
                break;
            case ReceiveToken:
                Guest.Receive.Wake();
                break;
            case TransmitToken:
                Guest.Transmit.Wake();
                break;
            case SocketToken:
                Guest.HandleSocket(events);
                break;
            case >= ControlToken and <= LastControlToken:
                _control?.Handle(token);
                break;
        }
    }

    private void Accept()
    {
        FileDescriptor? socket = UnixSocket.Accept(_listener!);
        if (socket is null)
        {
            return;
        }

        if (_frontEnd is not null)
        {
            // It may have gone, and its event come behind this one. What it said before may be more than a round's share, but it cannot add to it.
            End(_frontEnd.Handle(UnixSocket.HasHungUp(_frontEnd.Descriptor) ? int.MaxValue : RequestsPerRound));
        }

        if (_frontEnd is null)
        {
            Tell(_connections, "a front-end has connected");
            Connect(socket);
            return;
        }

        socket.Dispose();
        Tell(_secondClients, "a second front-end is turned away: there is one already");
    }

    /// <summary>The connection ends, if there is a reason.</summary>
    /// <param name="reason">As the front-end says it.</param>
    private void End(string? reason)
    {
        if (reason is null)
        {
            return;
        }

        _poller.Remove(_frontEnd!.Descriptor);
        _frontEnd.Dispose();
        _frontEnd = null;
        if (reason.Length == 0)
        {
            Tell(_connections, "the front-end has gone");
        }
        else
        {
            Tell(_failures, $"the connection to the front-end is closed: {reason}");
        }
    }

    private void EndIfMemoryIsLost()
    {
        if (_frontEnd?.HasLostMemory == true)
        {
            End("a memory file is shorter than the front-end said");
        }
    }

    /// <summary>Whoever may connect decides how often.</summary>
    private void Tell(LogAllowance allowance, string text)
    {
        if (allowance.TryTake(Environment.TickCount64))
        {
            _log.Information(text);
        }
    }
}
