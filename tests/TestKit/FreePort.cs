// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>UDP ports that nobody uses.</summary>
public static class FreePort
{
    /// <summary>
    /// A port that is free on this address now. The kernel goes round its ephemeral range, so two calls in a row give two ports.
    /// </summary>
    public static int Udp(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        using Socket socket = new(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        socket.Bind(new IPEndPoint(address, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }
}
