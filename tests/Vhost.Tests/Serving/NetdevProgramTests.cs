// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Net.Sockets;

namespace Vhost.Tests.Serving;

/// <summary>Several netdevs of the installed program, and l2tpv3-stat with them.</summary>
public sealed class NetdevProgramTests : IDisposable
{
    private const string Options = "src=127.0.0.1,dst=127.0.0.1,udp=on,srcport=0,dstport=1702,txsession=1,stats=off";

    private readonly TemporaryDirectory _directory = new();
    private Process? _process;

    private string Log => File.ReadAllText(_directory.File("log"));

    [Fact]
    public void The_netdevs_of_a_file_are_served_and_l2tpv3_stat_sets_their_properties()
    {
        using WirePeer firstWire = WirePeer.Udp("127.0.0.1");
        using WirePeer secondWire = WirePeer.Udp("127.0.0.1");
        L2tpv3Netdev first = new() { SourcePort = FreePort.Udp(), DestinationPort = firstWire.Port };
        L2tpv3Netdev second = new() { Id = "other", SourcePort = FreePort.Udp(), DestinationPort = secondWire.Port, TransmitSessionId = 7 };
        Start($"# two\n{List("a.sock", first)},id=one\n\n{List("b.sock", second)}\n");

        using TestFrontEnd one = Connect("a.sock");
        using TestFrontEnd other = Connect("b.sock");
        AssertSends(one, first, firstWire, seed: 1);
        AssertSends(other, second, secondWire, seed: 2);
        Assert.Equal((0, string.Empty), Stat("set", "one", "tos=0x28", "ttl=9"));
        Assert.Equal((0, "0x28\n"), Stat("get", "one", "tos"));
        Assert.Equal((0, "0x00\n"), Stat("get", "b", "tos"));
        Assert.Equal((1, "l2tpv3-stat: b: 'gso=perhaps' must say on, off or uneven\n"), Stat("set", "b", "gso=perhaps"));
        Assert.Contains("l2tpv3-vhost: l2tpv3 netdev 'one': tos was set through the control socket", Log, StringComparison.Ordinal);

        ProcessRunner.Check("kill", "-s", "TERM", _process!.Id.ToString(CultureInfo.InvariantCulture));
        Assert.True(_process.WaitForExit(Timeouts.Exit), Log);
        Assert.Equal(0, _process.ExitCode);
        Assert.Empty(Directory.GetFiles(_directory.File("pages")));
        Assert.False(File.Exists(_directory.File("a.sock")));
    }

    [Theory]
    [InlineData("dst=", "--netdev: l2tpv3 netdev 'b': ")]
    [InlineData("id=a", "--netdev: l2tpv3 netdev 'a': there are two of this name")]
    public void A_netdev_that_cannot_be_had_ends_the_program_before_any_is_served(string wrong, string words)
    {
        string options = wrong.StartsWith("id=", StringComparison.Ordinal) ? $"{Options},{wrong}" : Options.Replace("dst=127.0.0.1", wrong, StringComparison.Ordinal);
        (int status, string log) = VhostProgram.RunToExit("--netdev", $"socket={_directory.File("a.sock")},{Options}", "--netdev", $"socket={_directory.File("b.sock")},{options}");
        Assert.Equal(1, status);
        Assert.StartsWith($"l2tpv3-vhost: error: {words}", log, StringComparison.Ordinal);
        Assert.Single(log.TrimEnd().Split('\n'));
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    [Fact]
    public void A_socket_that_cannot_be_had_ends_the_program_before_any_is_served()
    {
        string missing = _directory.File("missing/b.sock");
        (int status, string log) = VhostProgram.RunToExit("--netdev", $"socket={_directory.File("a.sock")},{Options}", "--netdev", $"socket={missing},{Options}");
        Assert.Equal(1, status);
        Assert.Equal($"l2tpv3-vhost: error: --netdev: l2tpv3 netdev 'b': cannot listen on {missing}: its folder is not there; make it first\n", log);
        Assert.Empty(Directory.GetFiles(_directory.Path));
    }

    /// <summary>Whoever has twenty netdevs in a file looks for the line.</summary>
    [Theory]
    [InlineData("socket=a.sock,control=missing/a.control", "missing/a.control: its folder is not there; make it first")]
    [InlineData("socket=missing/a.sock", "missing/a.sock: its folder is not there; make it first")]
    [InlineData("socket=netdevs.conf", "netdevs.conf: the file is there and is no socket; give another path")]
    [InlineData("socket=taken", "taken: somebody listens on it already; give another path, or end that program")]
    public void A_socket_that_cannot_be_had_names_the_line_of_its_netdev(string sockets, string words)
    {
        using Socket taken = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        taken.Bind(new UnixDomainSocketEndPoint(_directory.File("taken")));
        taken.Listen();
        string file = _directory.File("netdevs.conf");
        string here = sockets.Replace("socket=", $"socket={_directory.Path}/", StringComparison.Ordinal).Replace("control=", $"control={_directory.Path}/", StringComparison.Ordinal);
        File.WriteAllText(file, $"# two\nsocket={_directory.File("first.sock")},{Options}\n\n{here},{Options},id=web\n");
        (int status, string log) = VhostProgram.RunToExit("--config", file);
        Assert.Equal(1, status);
        Assert.Equal($"l2tpv3-vhost: error: {file}, line 4: l2tpv3 netdev 'web': cannot listen on {_directory.Path}/{words}\n", log);
    }

    [Fact]
    public void The_path_of_a_socket_that_is_too_long_is_told_with_its_length()
    {
        string path = $"/{new string('a', 200)}";
        (int status, string log) = VhostProgram.RunToExit("--socket", path, $"{Options},id=web");
        Assert.Equal(1, status);
        Assert.Equal($"l2tpv3-vhost: error: l2tpv3 netdev 'web': cannot listen on '{path}': the path of a socket has 1 to 107 bytes and no NUL; this one has 201\n", log);
    }

    public void Dispose()
    {
        if (_process?.HasExited is false)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _directory.Dispose();
    }

    private void Start(string configuration)
    {
        File.WriteAllText(_directory.File("netdevs.conf"), configuration);
        _process = VhostProgram.Start(_directory.File("log"), ["--config", _directory.File("netdevs.conf")]);
        Eventually.Get(() => Log, log => log.Split("waits for a front-end").Length == 3, () => $"two netdevs in the log: {Log}");
    }

    private string List(string socket, L2tpv3Netdev netdev) =>
        $"socket={_directory.File(socket)},{string.Join(',', netdev.ToString().Split(',').Where(item => !string.Equals(item, "l2tpv3", StringComparison.Ordinal) && !item.StartsWith("id=", StringComparison.Ordinal)))},stats={_directory.File("pages")}";

    private TestFrontEnd Connect(string socket)
    {
        TestFrontEnd frontEnd = TestFrontEnd.Connect(_directory.File(socket), () => Thread.Sleep(5), () => Log);
        frontEnd.Start();
        return frontEnd;
    }

    private static void AssertSends(TestFrontEnd frontEnd, L2tpv3Netdev netdev, WirePeer wire, int seed)
    {
        byte[] frame = TestFrames.Create(60, seed);
        frontEnd.SendFrame(frame);
        Assert.Equal(netdev.Datagram(frame), wire.Receive());
    }

    /// <summary>artifacts/l2tpv3-stat: its exit status, and what it says.</summary>
    private (int Status, string Text) Stat(params string[] arguments)
    {
        ProcessResult result = ProcessRunner.Run(System.IO.Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-stat"), ["--directory", _directory.File("pages"), .. arguments]);
        return (result.ExitStatus, result.StandardOutput + result.StandardError);
    }
}
