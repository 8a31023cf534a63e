// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;

namespace TestKit;

/// <summary>
/// UDP ports that nobody uses. They lie below the range from which Linux serves a socket without a wish (32768 and above,
/// ip_local_port_range in ip(7)): a port that was free there may be another test's a moment later.
/// </summary>
public static class FreePort
{
    private const int First = 20000;
    private const int Count = 32768 - First;

    // Two runs on one machine begin at different places.
    private static int s_next = Environment.ProcessId * 100 % Count;

    /// <summary>A port that is free on this address now, and that no other call returns for long.</summary>
    public static int Udp(IPAddress? address = null)
    {
        address ??= IPAddress.Loopback;
        for (int attempt = 0; attempt < Count; attempt++)
        {
            int port = First + (int)((uint)Interlocked.Increment(ref s_next) % Count);
            if (IsFree(new IPEndPoint(address, port)))
            {
                return port;
            }
        }

        throw new InvalidOperationException($"no free UDP port on {address}");
    }

    private static bool IsFree(IPEndPoint endPoint)
    {
        using Socket socket = new(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            socket.Bind(endPoint);
            return true;
        }
        catch (SocketException error) when (error.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    }
}
