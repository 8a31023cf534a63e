// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;
using System.Text;
using L2tpv3.Vhost.Control;
using L2tpv3.Vhost.Interop;
using L2tpv3.Vhost.Log;

namespace Vhost.Tests.Serving;

/// <summary>The control socket in the loop of the frames: clients that are slow, silent, many, or mean no good.</summary>
public sealed class ControlLoopTests : IDisposable
{
    private const int PatienceMs = 500;

    private readonly TemporaryDirectory _directory = new();
    private readonly VhostBench _bench = new();
    private readonly List<ControlTestClient> _clients = [];

    public ControlLoopTests() => _bench.Server.Control(Path, PatienceMs);

    private string Path => _directory.File("control");

    [Fact]
    public void A_value_that_was_set_is_read_again_and_the_log_names_the_property_alone()
    {
        ControlTestClient client = Connect();
        Assert.Equal("ok", client.Ask("set tos=0x28"));
        Assert.Equal("ok 0x28", client.Ask("get tos"));
        Assert.Contains("l2tpv3-vhost: tos was set through the control socket", _bench.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("0x28", _bench.Log, StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_is_too_long_is_refused_in_the_words_of_its_property()
    {
        ControlTestClient client = Connect();
        Assert.Equal($"error dst={new string('x', 32)}... has 4097 characters; no name has more than 255", client.Ask($"set dst={new string('x', 4097)}"));
        Assert.Equal("error rxcookie=... has 4097 characters; give at most 4096", client.Ask($"set rxcookie={new string('a', 4097)}"));
    }

    [Fact]
    public void A_line_that_comes_byte_by_byte_is_one_request()
    {
        ControlTestClient client = Connect();
        foreach (char character in "get gso")
        {
            client.Send(character.ToString());
            Assert.Equal(string.Empty, client.Read());
        }

        client.Send("\n");
        Assert.Equal("ok on\n", client.Read());
    }

    /// <summary>Half of an address, or of a cookie, is another one.</summary>
    [Fact]
    public void A_line_that_is_cut_off_by_the_end_of_the_connection_is_no_request()
    {
        ControlTestClient client = Connect();
        client.Send("set gso=off");
        client.SendEnd();
        Assert.Equal(string.Empty, client.Read());
        Assert.True(client.HasEnded);
        Assert.Equal("ok on", Connect().Ask("get gso"));
    }

    [Fact]
    public void Of_a_client_that_asks_much_at_once_a_round_answers_one_request()
    {
        ControlTestClient client = Connect();
        _bench.Run();
        client.Send(string.Concat(Enumerable.Repeat("set gso=off\nset gso=on\n", 20)));
        _bench.Server.RunOnce(0);
        Assert.Single(Changes());
        for (int i = 0; i < 100; i++)
        {
            _bench.Server.RunOnce(0);
        }

        Assert.Equal(40, Changes().Length);
        Assert.Equal(string.Concat(Enumerable.Repeat("ok\n", 40)), client.Read());
    }

    [Fact]
    public void Silent_clients_stop_no_frames_and_make_room_after_a_while()
    {
        ControlTestClient[] silent = [.. Enumerable.Range(0, ControlSocket.MaximumClients).Select(_ => Connect())];
        for (int i = 0; i < 4; i++)
        {
            _bench.Run();
        }

        ControlTestClient late = Connect();
        Assert.Equal("error too many clients are connected to this control socket; try again\n", late.Read());
        Assert.True(late.HasEnded);
        _bench.FrontEnd.Start();
        byte[] frame = TestFrames.Create(60, 1);
        _bench.FrontEnd.SendFrame(frame);
        _bench.Run();
        Assert.Equal(_bench.Netdev.Datagram(frame), _bench.Wire.Receive());
        _bench.RunUntil(() => silent.All(client => client.Read().Length == 0 && client.HasEnded), "the end of the silent ones");
        Assert.Equal("ok on", Connect().Ask("get gso"));
    }

    /// <summary>The loop sleeps no longer than until the silent one's time is over.</summary>
    [Fact]
    public void A_silent_client_goes_also_when_nothing_else_happens()
    {
        ControlTestClient client = Connect();
        Thread loop = new(_bench.Server.Run);
        loop.Start();
        Thread.Sleep(3 * PatienceMs);
        _bench.Server.Stop();
        Assert.True(loop.Join(Timeouts.Arrival));
        Assert.Equal(string.Empty, client.Read());
        Assert.True(client.HasEnded);
    }

    /// <summary>Whoever does not read: the kernel takes a part of the answer, and the rest waits.</summary>
    [Fact]
    public void An_answer_that_does_not_fit_at_once_is_sent_in_parts_and_nothing_is_read_meanwhile()
    {
        using Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(_directory.File("pair")));
        listener.Listen();
        using Socket reader = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        reader.Connect(new UnixDomainSocketEndPoint(_directory.File("pair")));
        using Socket accepted = listener.Accept();
        accepted.SendBufferSize = 1;
        accepted.Blocking = false;
        ControlRequest request = new(_bench.Session, new EventLog(TextWriter.Null));
        string name = new('x', 8000);
        using ControlClient client = new(new FileDescriptor(L2tpv3.DataPlane.Interop.Libc.fcntl((int)accepted.Handle, 1030, 0)), PatienceMs);

        reader.Send(Encoding.UTF8.GetBytes($"get {name}\nget gso\n"));
        Assert.True(client.Continue());
        Assert.True(client.AnswerLine(request));
        Assert.True(client.IsSending);
        Assert.True(client.Continue());
        Assert.True(client.IsSending);
        StringBuilder text = new();
        byte[] bytes = new byte[1024];
        while (text.Length < 8000 || client.IsSending)
        {
            text.Append(Encoding.UTF8.GetString(bytes, 0, reader.Receive(bytes)));
            Assert.True(!client.IsSending || client.Continue());
        }

        Assert.True(client.AnswerLine(request));
        while (reader.Available != 0)
        {
            text.Append(Encoding.UTF8.GetString(bytes, 0, reader.Receive(bytes)));
        }

        Assert.Equal($"error {name} is nothing that can be read\nok on\n", text.ToString());
    }

    [Fact]
    public void A_client_that_goes_before_its_answer_harms_nobody()
    {
        for (int i = 0; i < 3 * ControlSocket.MaximumClients; i++)
        {
            using ControlTestClient client = Connect();
            client.Send("get statistics\nget statistics\n");
            client.Dispose();
            _bench.Run();
        }

        Assert.Equal("ok on", Connect().Ask("get gso"));
    }

    [Fact]
    public void The_file_goes_with_the_program()
    {
        string path = _directory.File("another");
        using (VhostBench bench = new())
        {
            bench.Server.Control(path);
            Assert.True(File.Exists(path));
        }

        Assert.False(File.Exists(path));
    }

    public void Dispose()
    {
        _clients.ForEach(client => client.Dispose());
        _bench.Dispose();
        _directory.Dispose();
    }

    private ControlTestClient Connect()
    {
        ControlTestClient client = new(_bench, Path);
        _clients.Add(client);
        return client;
    }

    private string[] Changes() => [.. _bench.Log.Split('\n').Where(line => line.Contains("was set", StringComparison.Ordinal))];
}
