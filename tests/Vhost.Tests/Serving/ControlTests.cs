// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Vhost.Tests.Serving;

/// <summary>The control socket of the installed program.</summary>
[SupportedOSPlatform("linux")]
public sealed class ControlTests : IDisposable
{
    private readonly VhostProgram _program = new();

    [Fact]
    public void The_socket_is_for_the_programs_user_only() =>
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_program.ControlPath));

    [Theory]
    [InlineData("list", "ok statistics dst txcookie rxcookie rxcookie2 gso gro mssfix tos ttl pcap pcap-wire")]
    [InlineData("get gso", "ok on")]
    [InlineData("get txcookie", "error txcookie is nothing that can be read")]
    [InlineData("get nothing", "error nothing is nothing that can be read")]
    [InlineData("set gso=perhaps", "error 'gso=perhaps' must say on, off or uneven")]
    [InlineData("set gso", "error set wants NAME=VALUE")]
    [InlineData("set statistics=1", "error statistics is nothing that can be set")]
    [InlineData("help", "error ask for list, get NAME, or set NAME=VALUE")]
    [InlineData("", "error ask for list, get NAME, or set NAME=VALUE")]
    public void A_request_has_its_answer(string request, string answer) => Assert.Equal(answer, Ask(request));

    [Fact]
    public void What_is_set_holds_for_the_next_frames()
    {
        using WirePeer other = WirePeer.Udp("127.0.0.1");
        using TestFrontEnd frontEnd = _program.Connect();
        frontEnd.Start();
        Assert.Equal("ok", Ask(string.Create(CultureInfo.InvariantCulture, $"set dst=127.0.0.1:{other.Port}")));
        byte[] frame = TestFrames.Create(60, 1);
        frontEnd.SendFrame(frame);
        Assert.Equal(_program.Netdev.Datagram(frame), other.Receive());
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"ok 127.0.0.1:{other.Port}"), Ask("get dst"));
    }

    [Fact]
    public void The_statistics_are_json_in_one_line()
    {
        using System.Text.Json.JsonDocument statistics = System.Text.Json.JsonDocument.Parse(Ask("get statistics")["ok ".Length..]);
        Assert.Equal(0, statistics.RootElement.GetProperty("transmit").GetProperty("frames").GetInt64());
    }

    [Fact]
    public void Requests_may_come_in_parts_and_several_at_once()
    {
        using Socket socket = Connect();
        socket.Send("get g"u8);
        Thread.Sleep(20);
        socket.Send("so\nget gro\n"u8);
        Assert.Equal("ok on\nok on\n", Read(socket, lines: 2));
    }

    [Fact]
    public void A_line_without_an_end_is_cut_off_and_the_program_goes_on()
    {
        using Socket socket = Connect();
        socket.Send(new byte[10_000]);
        Assert.Equal("error a request has at most 8191 bytes, and a newline at its end\n", Read(socket, lines: 1));
        Assert.Equal(0, Receive(socket));
        Assert.Equal("ok on", Ask("get gso"));
    }

    public void Dispose() => _program.Dispose();

    private static int Receive(Socket socket)
    {
        try
        {
            return socket.Receive(new byte[1]);
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private string Ask(string request) => ControlLine.Ask(_program.ControlPath, request);

    private Socket Connect()
    {
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified) { ReceiveTimeout = (int)Timeouts.Arrival.TotalMilliseconds };
        socket.Connect(new UnixDomainSocketEndPoint(_program.ControlPath));
        return socket;
    }

    private static string Read(Socket socket, int lines)
    {
        StringBuilder text = new();
        byte[] bytes = new byte[65_536];
        try
        {
            int count = 1;
            while (count != 0 && text.ToString().Count(character => character == '\n') < lines)
            {
                count = socket.Receive(bytes);
                text.Append(Encoding.UTF8.GetString(bytes, 0, count));
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            // It was cut off with bytes that nobody has read.
        }

        return text.ToString();
    }
}
