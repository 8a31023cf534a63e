// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Control;

/// <summary>The socket on which requests come, of the program's own user (and root) only.</summary>
internal sealed class ControlSocket : IDisposable
{
    /// <summary>Clients at once; one more is turned away.</summary>
    public const int MaximumClients = 8;

    private readonly Poller _poller;
    private readonly ulong _firstToken;
    private readonly FileDescriptor _listener;
    private readonly string _path;
    private readonly ControlClient?[] _clients = new ControlClient?[MaximumClients];

    /// <summary>Listens.</summary>
    /// <param name="path">A file's name.</param>
    /// <param name="poller">Watches it.</param>
    /// <param name="firstToken">The listening socket's token; its clients have the next ones.</param>
    public ControlSocket(string path, Poller poller, ulong firstToken)
    {
        _path = path;
        _poller = poller;
        _firstToken = firstToken;
        _listener = UnixSocket.Listen(path, isPrivate: true);
        poller.Add(_listener.Number, VhostConstants.EPOLLIN, firstToken);
    }

    /// <summary>Something has come.</summary>
    /// <param name="token">For whom.</param>
    /// <param name="session">The netdev.</param>
    public void Handle(ulong token, Session session)
    {
        if (token == _firstToken)
        {
            Accept();
            return;
        }

        int index = (int)(token - _firstToken) - 1;
        if (_clients[index] is { } client && !client.Handle(session))
        {
            _poller.Remove(client.Descriptor);
            client.Dispose();
            _clients[index] = null;
        }
    }

    public void Dispose()
    {
        UnixSocket.Remove(_path);
        _listener.Dispose();
        foreach (ControlClient? client in _clients)
        {
            client?.Dispose();
        }
    }

    private void Accept()
    {
        FileDescriptor? socket = UnixSocket.Accept(_listener);
        int free = Array.IndexOf(_clients, null);
        if (socket is null || free < 0)
        {
            socket?.Dispose();
            return;
        }

        _clients[free] = new ControlClient(socket);
        _poller.Add(socket.Number, VhostConstants.EPOLLIN, _firstToken + 1 + (ulong)free);
    }
}
