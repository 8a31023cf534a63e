// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// The socket that a QEMU connects its QMP to.
///
/// The test listens, not QEMU: QEMU's own listener begins in the main loop and moves to the monitor's thread while it
/// starts. A client that connects in that moment wakes both, one takes the connection, and the other stays in
/// accept(2) for good; when that is the main loop, the whole QEMU hangs.
/// </summary>
internal sealed class QmpListener : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    /// <summary>Listens at a path of the file system.</summary>
    public QmpListener(string path)
    {
        Argument = $"unix:{path}";
        try
        {
            _socket.Bind(new UnixDomainSocketEndPoint(path));
            _socket.Listen();
        }
        catch
        {
            _socket.Dispose();
            throw;
        }
    }

    /// <summary>The value of QEMU's option -qmp.</summary>
    public string Argument { get; }

    /// <summary>Waits until QEMU has connected and answers; null when there is nobody to wait for any more.</summary>
    public QmpClient? Accept(Func<bool> isOver)
    {
        while (!_socket.Poll(TimeSpan.FromMilliseconds(20), SelectMode.SelectRead))
        {
            if (isOver())
            {
                return null;
            }
        }

        return QmpClient.Over(_socket.Accept());
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
