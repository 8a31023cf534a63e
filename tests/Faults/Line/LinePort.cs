// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace Faults.Line;

/// <summary>One end of the line: what its host sends, and what the host is to get, as Ethernet frames.</summary>
internal sealed class LinePort : IDisposable
{
    private readonly NetworkNamespace _network;
    private readonly string _device;
    private volatile Socket _socket;

    /// <summary>Opens the device of this name.</summary>
    public LinePort(NetworkNamespace network, string device)
    {
        _network = network;
        _device = device;
        _socket = Open();
    }

    /// <summary>Another device has this name now.</summary>
    public void Reopen()
    {
        Socket old = _socket;
        _socket = Open();
        old.Dispose();
    }

    /// <summary>The next frame within a time.</summary>
    /// <returns>Its length; 0 when none came.</returns>
    public int TryReceive(byte[] buffer, TimeSpan timeout)
    {
        try
        {
            Socket socket = _socket;
            return socket.Poll(timeout, SelectMode.SelectRead) ? socket.Receive(buffer) : 0;
        }
        catch (Exception error) when (error is SocketException or ObjectDisposedException)
        {
            // The device is down or gone.
            return 0;
        }
    }

    /// <summary>The host gets a frame.</summary>
    /// <returns>False when its device does not take it.</returns>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        try
        {
            int sent = _socket.Send(frame, SocketFlags.None, out SocketError error);
            return error == SocketError.Success && sent == frame.Length;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    public void Dispose() => _socket.Dispose();

    private Socket Open()
    {
        Socket socket = PacketSocket.Open(_network, _device);
        PacketSocket.BypassQueue(socket);
        return socket;
    }
}
