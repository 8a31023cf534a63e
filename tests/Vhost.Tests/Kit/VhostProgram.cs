// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;

namespace Vhost.Tests.Kit;

/// <summary>artifacts/l2tpv3-vhost itself, with a peer of the tests at its other end.</summary>
internal sealed class VhostProgram : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _arguments;
    private Process _process;

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="before">Takes its place: listens on the same socket.</param>
    public VhostProgram(VhostProgram? before = null)
    {
        SocketPath = before?.SocketPath ?? _directory.File("n0.sock");
        Wire = WirePeer.Udp("127.0.0.1");
        Netdev = new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = Wire.Port };
        _arguments = ["--socket", SocketPath, "--control", ControlPath, $"{Netdev.ToString()["l2tpv3,".Length..]},stats=off"];
        _process = Start(_directory.File("log"), _arguments);
        WaitForLog("waits for a front-end");
    }

    public WirePeer Wire { get; }

    public L2tpv3Netdev Netdev { get; }

    public string SocketPath { get; }

    public string ControlPath => SocketPath + ".control";

    public string Log => File.ReadAllText(_directory.File("log"));

    public bool HasExited => _process.HasExited;

    public int Id => _process.Id;

    /// <summary>Runs it to its end, and returns the exit status and what it said.</summary>
    public static (int Status, string Log) RunToExit(params string[] arguments)
    {
        using TemporaryDirectory directory = new();
        using Process process = Start(directory.File("log"), arguments);
        Assert.True(process.WaitForExit(Timeouts.Exit));
        return (process.ExitCode, File.ReadAllText(directory.File("log")));
    }

    /// <summary>A front-end of the tests connects.</summary>
    public TestFrontEnd Connect() => TestFrontEnd.Connect(SocketPath, () => Thread.Sleep(5), () => Log);

    /// <summary>Waits until it has said something.</summary>
    public void WaitForLog(string words) => Eventually.Get(() => Log, log => log.Contains(words, StringComparison.Ordinal), () => $"'{words}' in the log");

    /// <summary>The peer sends a frame.</summary>
    public void SendFromPeer(ReadOnlySpan<byte> frame) => Wire.Send(Netdev.OtherEnd().Datagram(frame), Netdev.Source, Netdev.SourcePort!.Value);

    /// <summary>Sends it a signal, and returns its exit status.</summary>
    public int End(string signal)
    {
        ProcessRunner.Check("kill", "-s", signal, Id.ToString(CultureInfo.InvariantCulture));
        Assert.True(_process.WaitForExit(Timeouts.Exit), Log);
        return _process.ExitCode;
    }

    /// <summary>Kills it, without a word to it, and starts it anew with the same arguments, and with a log of its own.</summary>
    public void KillAndRestart()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _process = Start(_directory.File("log"), _arguments);
        WaitForLog("waits for a front-end");
    }

    /// <summary>A number of the statistics: `transmit`, `frames`.</summary>
    public long Statistic(string part, string name)
    {
        using JsonDocument statistics = JsonDocument.Parse(ControlLine.Ask(ControlPath, "get statistics")["ok ".Length..]);
        return statistics.RootElement.GetProperty(part).GetProperty(name).GetInt64();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        Wire.Dispose();
        _directory.Dispose();
    }

    /// <summary>Starts it with any arguments.</summary>
    /// <param name="log">The file for what it says.</param>
    /// <param name="arguments">The arguments.</param>
    public static Process Start(string log, string[] arguments)
    {
        string program = Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-vhost");
        Assert.True(File.Exists(program), $"{program} is missing: build it with 'dotnet cake --target=Publish'");
        File.WriteAllText(log, string.Empty);

        // A shell starts what it runs in the background with SIGINT ignored, and so would we, and the program.
        return Process.Start(new ProcessStartInfo("sh", ["-c", """exec env --default-signal=INT,TERM "$@" 2>"$0" """, log, program, .. arguments]))!;
    }
}
