// SPDX-License-Identifier: GPL-2.0-or-later
//
// The control socket: what qom-set and qom-get are for a netdev inside QEMU. Unless the user gives another place, it stands beside the netdev's statistics
// page, where l2tpv3-stat finds it by the netdev's id. Its mode is 0600: the program's user and root may connect.
//
// It shares the loop with the frames, so nobody may hold that up. An event costs one read or one write that does not wait, and a round one request of each
// client. Few clients are heard at a time, each only as long as it goes on asking; one more is told so and turned away.

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Control;

/// <summary>Listens, and hears clients.</summary>
internal sealed class ControlSocket : IDisposable
{
    /// <summary>Clients at once; one more is turned away.</summary>
    public const int MaximumClients = 8;

    /// <summary>How long a client may take for its next line, and for reading the answer.</summary>
    public const int UsualPatienceMs = 10_000;

    private readonly Poller _poller;
    private readonly ulong _firstToken;
    private readonly FileDescriptor _listener;
    private readonly string _path;
    private readonly ControlRequest _request;
    private readonly int _patienceMs;
    private readonly ControlClient?[] _clients = new ControlClient?[MaximumClients];
    private int _count;

    /// <summary>Listens.</summary>
    /// <param name="path">A file's name.</param>
    /// <param name="poller">Watches it.</param>
    /// <param name="firstToken">The listening socket's token; its clients have the next ones.</param>
    /// <param name="request">Answers.</param>
    /// <param name="patienceMs">How long a client may take.</param>
    /// <exception cref="SystemCallException">The file cannot be had.</exception>
    public ControlSocket(string path, Poller poller, ulong firstToken, ControlRequest request, int patienceMs)
    {
        _path = path;
        _poller = poller;
        _firstToken = firstToken;
        _request = request;
        _patienceMs = patienceMs;
        _listener = UnixSocket.Listen(path, isPrivate: true);
        poller.Add(_listener.Number, VhostConstants.EPOLLIN, firstToken);
    }

    /// <summary>How long the loop may wait for the socket's sake: milliseconds; -1: for ever.</summary>
    public int WaitMs
    {
        get
        {
            long soonest = long.MaxValue;
            for (int i = 0; _count != 0 && i < MaximumClients; i++)
            {
                ControlClient? client = _clients[i];
                soonest = client is { HasLine: true, IsSending: false } ? 0 : Math.Min(soonest, client?.Deadline ?? long.MaxValue);
            }

            return soonest == long.MaxValue ? -1 : (int)Math.Clamp(soonest - Environment.TickCount64, 0, _patienceMs);
        }
    }

    /// <summary>An event of the loop.</summary>
    /// <param name="token">For whom.</param>
    public void Handle(ulong token)
    {
        if (token == _firstToken)
        {
            Accept();
            return;
        }

        int index = (int)(token - _firstToken) - 1;
        if (_clients[index] is { } client)
        {
            bool wasSending = client.IsSending;
            EndUnless(client.Continue(), index, wasSending);
        }
    }

    /// <summary>Answers a request of each client, after the events of a round. Whoever has had his time goes.</summary>
    public void Run()
    {
        for (int i = 0; _count != 0 && i < MaximumClients; i++)
        {
            if (_clients[i] is { HasLine: true, IsSending: false } asking)
            {
                EndUnless(asking.AnswerLine(_request), i, wasSending: false);
            }
            else if (_clients[i] is { } silent && silent.Deadline <= Environment.TickCount64)
            {
                EndUnless(goesOn: false, i, wasSending: false);
            }
        }
    }

    public void Dispose()
    {
        UnixSocket.Remove(_path);
        _poller.Remove(_listener.Number);
        _listener.Dispose();
        for (int i = 0; i < MaximumClients; i++)
        {
            EndUnless(goesOn: false, i, wasSending: false);
        }
    }

    private void Accept()
    {
        FileDescriptor? socket = UnixSocket.Accept(_listener);
        if (socket is null)
        {
            return;
        }

        int free = Array.IndexOf(_clients, null);
        if (free < 0)
        {
            TurnAway(socket);
            return;
        }

        _clients[free] = new ControlClient(socket, _patienceMs);
        _count++;
        _poller.Add(socket.Number, VhostConstants.EPOLLIN, Token(free));
    }

    /// <summary>There is room for a sentence in any new socket.</summary>
    private static unsafe void TurnAway(FileDescriptor socket)
    {
        ReadOnlySpan<byte> answer = "error too many clients are connected to this control socket; try again\n"u8;
        // SAFETY: the text is in the program's image, and the kernel copies it.
        fixed (byte* start = answer)
        {
            _ = VhostLibc.send(socket.Number, start, (nuint)answer.Length, LinuxConstants.MSG_NOSIGNAL | LinuxConstants.MSG_DONTWAIT);
        }

        socket.Dispose();
    }

    /// <summary>A client that has an answer to take is watched for room, and any other for what it sends.</summary>
    private void EndUnless(bool goesOn, int index, bool wasSending)
    {
        if (_clients[index] is not { } client)
        {
            return;
        }

        if (!goesOn)
        {
            _poller.Remove(client.Descriptor);
            client.Dispose();
            _clients[index] = null;
            _count--;
        }
        else if (client.IsSending != wasSending)
        {
            _poller.Change(client.Descriptor, client.IsSending ? VhostConstants.EPOLLOUT : VhostConstants.EPOLLIN, Token(index));
        }
    }

    private ulong Token(int index) => _firstToken + 1 + (ulong)index;
}
