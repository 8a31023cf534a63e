// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace EndToEnd.Vhost;

/// <summary>artifacts/l2tpv3-vhost in a network namespace, and the QEMU arguments for a guest of it.</summary>
internal sealed class VhostProcess : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _command;
    private Process _process;

    /// <summary>Starts it, and waits until it listens.</summary>
    public VhostProcess(NetworkNamespace network, L2tpv3Netdev netdev, string settings = "")
    {
        string options = string.Join(',', netdev.ToString()["l2tpv3,".Length..], settings).TrimEnd(',');
        _command =
        [
            "-c", """exec 2>"$0" "$@" """, LogPath, "nsenter", $"--net={network.Path}", FindProgram(), "--socket", SocketPath, options,
        ];
        _process = Start();
    }

    /// <summary>The unix socket.</summary>
    public string SocketPath => _directory.File("n0.sock");

    /// <summary>What it has said.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : string.Empty;

    private string LogPath => _directory.File("log");

    /// <summary>The QEMU arguments of its guest. QEMU 7.2 under TCG ends when the driver starts with MSI-X, so there is none.</summary>
    /// <param name="mac">The NIC's address.</param>
    /// <param name="device">More properties of the NIC.</param>
    public string[] Arguments(string mac, string device = "") =>
    [
        "-object", "memory-backend-memfd,id=ram,size=256M,share=on", "-machine", "memory-backend=ram",
        "-chardev", $"socket,id=front-end,path={SocketPath},reconnect=1", "-netdev", "vhost-user,id=n0,chardev=front-end",
        "-device", $"virtio-net-pci,netdev=n0,mac={mac},vectors=0{device}",
    ];

    /// <summary>Waits until it has said something.</summary>
    public void WaitForLog(string words) =>
        Eventually.Get(() => Log, log => log.Contains(words, StringComparison.Ordinal) || _process.HasExited, () => $"'{words}' in the log");

    /// <summary>Sends it a signal that ends it, and returns its exit status.</summary>
    public int End(string signal)
    {
        ProcessRunner.Check("kill", "-s", signal, _process.Id.ToString(CultureInfo.InvariantCulture));
        Assert.True(_process.WaitForExit(Timeouts.Exit), Log);
        return _process.ExitCode;
    }

    /// <summary>Starts it again, after it has ended. Its log begins anew.</summary>
    public void Restart()
    {
        _process.Dispose();
        _process = Start();
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _directory.Dispose();
    }

    private Process Start()
    {
        File.Delete(LogPath);
        Process process = Process.Start(new ProcessStartInfo("sh", _command)) ?? throw new InvalidOperationException("l2tpv3-vhost did not start");
        try
        {
            Eventually.IsTrue(() => process.HasExited || Log.Contains("waits for a front-end", StringComparison.Ordinal), "l2tpv3-vhost listens");
            return process.HasExited ? throw new InvalidOperationException($"l2tpv3-vhost has ended: {Log}") : process;
        }
        catch
        {
            process.Kill();
            process.Dispose();
            throw;
        }
    }

    private static string FindProgram()
    {
        string path = Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-vhost");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build it with 'dotnet cake --target=Publish'");
    }
}
