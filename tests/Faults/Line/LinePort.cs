// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Globalization;
using System.Net.Sockets;
using TestKit;

namespace Faults.Line;

/// <summary>One end of the line: what its host sends, and what the host is to get, as Ethernet frames.</summary>
internal sealed class LinePort : IDisposable
{
    // <linux/if_packet.h>: straight to the device, which then says if it cannot take a frame.
    private const int PacketLevel = 263;
    private const int QdiscBypass = 20;
    private readonly Socket _socket;

    /// <summary>Opens the device of this name.</summary>
    public LinePort(NetworkNamespace network, string device)
    {
        string text = network.Ip("-o", "link", "show", device);
        int index = int.Parse(text.AsSpan(0, text.IndexOf(':', StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        _socket = network.Run(() => PacketSocket.Open(index));
        _socket.SetRawSocketOption(PacketLevel, QdiscBypass, BitConverter.GetBytes(1));
    }

    /// <summary>The next frame within a time.</summary>
    /// <returns>Its length; 0 when none came.</returns>
    public int TryReceive(byte[] buffer, TimeSpan timeout)
    {
        try
        {
            return _socket.Poll(timeout, SelectMode.SelectRead) ? _socket.Receive(buffer) : 0;
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.NetworkDown or SocketError.NetworkUnreachable)
        {
            return 0;
        }
    }

    /// <summary>The host gets a frame.</summary>
    /// <returns>False when its device does not take it.</returns>
    public bool TrySend(ReadOnlySpan<byte> frame)
    {
        int sent = _socket.Send(frame, SocketFlags.None, out SocketError error);
        return error == SocketError.Success && sent == frame.Length;
    }

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();
}
