// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;

namespace Vhost.Tests.Kit;

/// <summary>One request to a control socket, from a program beside.</summary>
internal static class ControlLine
{
    /// <summary>Asks, and returns the answer without its end of line.</summary>
    public static string Ask(string path, string request)
    {
        using Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Timeouts.Arrival.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(path));
        socket.Send(Encoding.UTF8.GetBytes(request + "\n"));
        StringBuilder answer = new();
        byte[] bytes = new byte[8192];
        for (int count = 1; count > 0 && !answer.ToString().EndsWith('\n');)
        {
            count = socket.Receive(bytes);
            answer.Append(Encoding.UTF8.GetString(bytes, 0, count));
        }

        return answer.ToString().TrimEnd('\n');
    }
}
