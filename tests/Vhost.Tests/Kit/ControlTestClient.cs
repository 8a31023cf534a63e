// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;

namespace Vhost.Tests.Kit;

/// <summary>A client of a control socket in a loop that the test turns itself.</summary>
internal sealed class ControlTestClient : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly VhostBench _bench;

    public ControlTestClient(VhostBench bench, string path)
    {
        _bench = bench;
        _socket.Connect(new UnixDomainSocketEndPoint(path));
        _socket.Blocking = false;
        bench.Run();
    }

    /// <summary>The server has closed the connection.</summary>
    public bool HasEnded { get; private set; }

    public void Send(string text) => Assert.Equal(text.Length, _socket.Send(Encoding.UTF8.GetBytes(text)));

    /// <summary>Nothing more will come.</summary>
    public void SendEnd() => _socket.Shutdown(SocketShutdown.Send);

    /// <summary>What the server says until there is nothing more at the moment.</summary>
    public string Read()
    {
        StringBuilder text = new();
        byte[] bytes = new byte[4096];
        int count = 1;
        while (count > 0)
        {
            _bench.Run();
            count = TryReceive(bytes);
            text.Append(Encoding.UTF8.GetString(bytes, 0, Math.Max(count, 0)));
        }

        return text.ToString();
    }

    /// <summary>A request and its answer.</summary>
    public string Ask(string request)
    {
        Send(request + "\n");
        return Read().TrimEnd('\n');
    }

    public void Dispose() => _socket.Dispose();

    private int TryReceive(byte[] bytes)
    {
        int count = _socket.Receive(bytes, 0, bytes.Length, SocketFlags.None, out SocketError error);
        HasEnded = error == SocketError.ConnectionReset || (error == SocketError.Success && count == 0);
        return error == SocketError.Success ? count : -1;
    }
}
