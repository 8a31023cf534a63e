// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text;

namespace TestKit;

/// <summary>
/// DPDK's testpmd with one port: a vhost-user back end on a socket (vdev net_vhost), or the driver of one (net_virtio_user). It needs no
/// huge pages and no privilege. While it forwards, it takes a whole CPU: it looks at its rings again and again.
/// </summary>
public sealed class Testpmd : IDisposable
{
    /// <summary>Of the package dpdk-dev, which scripts/test installs.</summary>
    private const string Program = "dpdk-testpmd";

    private const string Prompt = "testpmd> ";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly Lock _lock = new();
    private int _read;
    private bool _isDisposed;

    /// <summary>Starts it; it forwards at once.</summary>
    /// <param name="vdev">The port.</param>
    /// <param name="mode">What it does with packets: macswap, io, rxonly, txonly, ...</param>
    /// <param name="cpus">Where its two threads run, in the words of EAL; null: anywhere.</param>
    /// <param name="arguments">More, for testpmd itself.</param>
    public Testpmd(string vdev, string mode, string? cpus, params IEnumerable<string> arguments)
    {
        Requires.Program(Program);
        cpus ??= $"(0-{Environment.ProcessorCount - 1})";
        ProcessStartInfo start = new(
            "stdbuf",
            [
                // Its output is a pipe, and it asks for no flush.
                "-oL", Program,
                "--no-huge", "--no-pci", "--no-shconf", "--no-telemetry", "-m", "256", $"--lcores=0@{cpus},1@{cpus}", $"--vdev={vdev}", "--",
                "--interactive", "--auto-start", "--no-mlockall", "--total-num-mbufs=16384", "--stats-period=0", $"--forward-mode={mode}", .. arguments,
            ])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{Program} did not start");
        Leftovers.Add(this);
        Collect(_process.StandardOutput);
        Collect(_process.StandardError);
        try
        {
            _ = WaitForPrompt();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>All it has written.</summary>
    public string Output
    {
        get
        {
            lock (_lock)
            {
                return _output.ToString();
            }
        }
    }

    /// <summary>A back end on a socket.</summary>
    public static Testpmd VhostBackend(string socket, string mode, string options = "", params IEnumerable<string> arguments) =>
        new($"net_vhost0,iface={socket}{options}", mode, cpus: null, arguments);

    /// <summary>A driver in user space, for a back end on a socket: virtio-user.</summary>
    public static Testpmd VirtioDriver(string socket, string mode, bool mergeable, params IEnumerable<string> arguments) =>
        new($"net_virtio_user0,path={socket},queues=1,mrg_rxbuf={(mergeable ? 1 : 0)}", mode, cpus: null, arguments);

    /// <summary>Runs a command.</summary>
    /// <returns>What it printed.</returns>
    public string Command(string command)
    {
        _process.StandardInput.WriteLine(command);
        _process.StandardInput.Flush();
        return WaitForPrompt();
    }

    /// <summary>A counter of the port: RX-packets, TX-packets, RX-bytes, ...</summary>
    public long Counter(string name)
    {
        string text = Command("show port stats 0");
        int label = text.IndexOf(name + ":", StringComparison.Ordinal);
        string[] words = text[(label + name.Length + 1)..].Split((char[]?)null, 2, StringSplitOptions.RemoveEmptyEntries);
        return long.Parse(words[0], CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        Leftovers.Remove(this);
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }

    private string WaitForPrompt()
    {
        string text = Eventually.Get(
            NewOutput,
            output => output.Contains(Prompt, StringComparison.Ordinal) || _process.HasExited,
            () => $"{Program} does not answer");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"{Program} ended: {Output}");
        }

        int end = text.IndexOf(Prompt, StringComparison.Ordinal);
        _read += end + Prompt.Length;
        return text[..end];
    }

    private string NewOutput() => Output[_read..];

    /// <summary>By the character: the prompt has no end of line. On a thread of its own, as <see cref="LineCollector"/>.</summary>
    private void Collect(StreamReader reader) => new Thread(() => Read(reader)) { IsBackground = true }.Start();

    private void Read(StreamReader reader)
    {
        char[] buffer = new char[4096];
        try
        {
            while (reader.Read(buffer, 0, buffer.Length) is int count and > 0)
            {
                lock (_lock)
                {
                    _output.Append(buffer, 0, count);
                }
            }
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // The process was disposed.
        }
    }
}
