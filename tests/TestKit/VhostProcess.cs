// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace TestKit;

/// <summary>artifacts/l2tpv3-vhost, and the QEMU arguments for a guest of it.</summary>
public sealed class VhostProcess : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string[] _command;
    private Process? _process;

    /// <summary>Starts it, and waits until it listens.</summary>
    /// <param name="network">The name space it is in; null: the test's own.</param>
    /// <param name="netdev">Its tunnel.</param>
    /// <param name="settings">As the netdev has them.</param>
    /// <param name="isStarted">False: <see cref="Start"/> does that.</param>
    public VhostProcess(NetworkNamespace? network, L2tpv3Netdev netdev, string settings = "", bool isStarted = true)
    {
        string options = string.Join(',', netdev.ToString()["l2tpv3,".Length..], settings).TrimEnd(',');
        string[] launcher = network is null ? [] : ["nsenter", $"--net={network.Path}"];
        _command = ["-c", """exec 2>"$0" "$@" """, LogPath, .. launcher, FindProgram(), "--socket", SocketPath, options];
        if (isStarted)
        {
            try
            {
                Start();
            }
            catch
            {
                Dispose();
                throw;
            }
        }
    }

    /// <summary>
    /// What every NIC of it needs besides: QEMU 7.2 under TCG ends when the driver starts with MSI-X, so there is none. Later ones, and KVM, bear it.
    /// </summary>
    public static string NicProperties { get; } =
        QemuRoot.Release.Major < 8 && GuestImage.DefaultAccelerator().StartsWith("tcg", StringComparison.Ordinal) ? ",vectors=0" : string.Empty;

    /// <summary>The QEMU arguments for memory that the program can have.</summary>
    public static IReadOnlyList<string> SharedMemory { get; } = ["-object", "memory-backend-memfd,id=ram,size=256M,share=on", "-machine", "memory-backend=ram"];

    /// <summary>QEMU connects anew each second: <c>reconnect</c>, which 9.2 has deprecated for <c>reconnect-ms</c>, and 11.1 no longer has.</summary>
    public static (string Name, int Value) Reconnect { get; } = QemuRoot.Release >= new Version(9, 2) ? ("reconnect-ms", 1000) : ("reconnect", 1);

    /// <summary>The unix socket.</summary>
    public string SocketPath => _directory.File("n0.sock");

    /// <summary>What it has said.</summary>
    public string Log => File.Exists(LogPath) ? File.ReadAllText(LogPath) : string.Empty;

    private string LogPath => _directory.File("log");

    private Process Running => _process ?? throw new InvalidOperationException("l2tpv3-vhost was not started");

    /// <summary>The QEMU arguments of its guest.</summary>
    /// <param name="mac">The NIC's address.</param>
    /// <param name="device">More properties of the NIC.</param>
    /// <param name="memory">The guest's memory; null: <see cref="SharedMemory"/>.</param>
    public string[] Arguments(string mac, string device = "", IReadOnlyList<string>? memory = null) =>
    [
        .. memory ?? SharedMemory,
        "-chardev", string.Create(CultureInfo.InvariantCulture, $"socket,id=front-end,path={SocketPath},{Reconnect.Name}={Reconnect.Value}"), "-netdev", "vhost-user,id=n0,chardev=front-end",
        "-device", $"virtio-net-pci,netdev=n0,mac={mac}{NicProperties}{device}",
    ];

    /// <summary>Waits until it has said something.</summary>
    public void WaitForLog(string words) =>
        Eventually.Get(() => Log, log => log.Contains(words, StringComparison.Ordinal) || Running.HasExited, () => $"'{words}' in the log");

    /// <summary>Sends it a signal that ends it, and returns its exit status.</summary>
    public int End(string signal)
    {
        ProcessRunner.Check("kill", "-s", signal, Running.Id.ToString(CultureInfo.InvariantCulture));
        return Running.WaitForExit(Timeouts.Exit) ? Running.ExitCode : throw new TimeoutException($"l2tpv3-vhost did not end:\n{Log}");
    }

    /// <summary>Starts it, for the first time or after it has ended. Its log begins anew.</summary>
    public void Start()
    {
        _process?.Dispose();
        File.Delete(LogPath);
        _process = Process.Start(new ProcessStartInfo("sh", _command)) ?? throw new InvalidOperationException("l2tpv3-vhost did not start");
        Eventually.IsTrue(() => _process.HasExited || Log.Contains("waits for a front-end", StringComparison.Ordinal), "l2tpv3-vhost listens");
        if (_process.HasExited)
        {
            throw new InvalidOperationException($"l2tpv3-vhost has ended: {Log}");
        }
    }

    public void Dispose()
    {
        if (_process?.HasExited == false)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process?.Dispose();
        _directory.Dispose();
    }

    private static string FindProgram()
    {
        string path = Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-vhost");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build it with 'dotnet cake --target=Publish'");
    }
}
