// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;

namespace TestKit;

/// <summary>
/// One real QEMU, with or without the plugin. It is always ended with its owner, by its process id.
///
/// Launchers (nsenter, setpriv) execute QEMU in their own place, so <see cref="Id"/> is QEMU's. They inherit
/// LD_PRELOAD, which the plugin must bear anyway.
/// </summary>
public sealed class QemuProcess : IDisposable
{
    /// <summary>The environment variable that switches the plugin.</summary>
    public const string PluginMode = "QEMU_L2TPV3";

    private const string Require = "require";

    private readonly TemporaryDirectory _directory = new();
    private readonly QmpListener? _qmpListener;
    private readonly Process _process;
    private readonly LineCollector _standardError;
    private readonly LineCollector _standardOutput;
    private QmpClient? _qmp;

    private QemuProcess(QemuOptions options)
    {
        List<string> command = [.. QemuRoot.Launcher];
        if (options.Namespace is not null)
        {
            command.AddRange(["nsenter", $"--net={options.Namespace.Path}"]);
        }

        command.AddRange(options.Launcher);
        command.Add(options.Binary);
        command.AddRange(options.BaseArguments);
        if (options.Qmp)
        {
            _qmpListener = new QmpListener(_directory.File("qmp"));
            command.AddRange(["-qmp", _qmpListener.Argument]);
            if (options.IsOtherUsers)
            {
                _directory.OpenToAll();
                TemporaryDirectory.OpenToAll(_directory.File("qmp"));
            }
        }

        if (options.Plugin && PluginOption.IsDefault)
        {
            command.AddRange(PluginOption.FromVariable(options.Settings ?? options.Environment.GetValueOrDefault(PluginMode, Require)));
        }

        command.AddRange(options.Arguments);
        CommandLine = string.Join(' ', command);
        _process = Process.Start(StartInfo(options, command)) ?? throw new InvalidOperationException($"did not start: {CommandLine}");
        Leftovers.Add(this);
        _standardOutput = new LineCollector(_process.StandardOutput);
        _standardError = new LineCollector(_process.StandardError);
    }

    /// <summary>The command as it was run.</summary>
    public string CommandLine { get; }

    /// <summary>The process id.</summary>
    public int Id => _process.Id;

    /// <summary>It has ended.</summary>
    public bool HasExited => _process.HasExited;

    /// <summary>All it has written to its standard error so far.</summary>
    public string StandardError => _standardError.Text;

    /// <summary>All it has written to its standard output so far.</summary>
    public string StandardOutput => _standardOutput.Text;

    /// <summary>Its QMP, connected at the first use.</summary>
    public QmpClient Qmp => _qmp ??= ConnectQmp();

    /// <summary>Starts a QEMU and, when it has a QMP socket, waits until it answers: then all netdevs exist.</summary>
    public static QemuProcess Start(QemuOptions options)
    {
        QemuProcess qemu = new(options);
        try
        {
            if (options.Qmp)
            {
                _ = qemu.Qmp;
            }

            return qemu;
        }
        catch
        {
            qemu.Dispose();
            throw;
        }
    }

    /// <summary>Starts a QEMU that is expected to end by itself, and waits for that.</summary>
    public static ProcessResult RunToExit(QemuOptions options)
    {
        using QemuProcess qemu = new(options with { Qmp = false });
        int status = qemu.WaitForExit();
        return new ProcessResult(status, qemu.StandardOutput, qemu.StandardError);
    }

    /// <summary>A command of the human monitor, and what it printed.</summary>
    public string Hmp(string commandLine) => Qmp.Hmp(commandLine);

    /// <summary>Deletes a device, and waits until the guest has let it go. Its parts announce their end, too.</summary>
    public void DeleteDevice(string id)
    {
        Qmp.Execute("device_del", new { id });
        JsonElement data;
        do
        {
            data = Qmp.WaitForEvent("DEVICE_DELETED").GetProperty("data");
        }
        while (!data.TryGetProperty("device", out JsonElement device) || !device.ValueEquals(id));
    }

    /// <summary>The state of one netdev, as `info network` shows it.</summary>
    public NetdevInfo Netdev(string id) => NetdevInfo.Find(Hmp("info network"), id);

    /// <summary>Waits until a netdev's state is as wanted. The plugin refreshes the line some time after activity.</summary>
    public NetdevInfo WaitForNetdev(string id, Predicate<NetdevInfo> wanted) =>
        Eventually.Get(() => Netdev(id), wanted, () => $"netdev {id} of {CommandLine}");

    /// <summary>
    /// The state of one netdev when its line shows all that the plugin has counted: the timer that refreshes the line comes late on a
    /// busy machine. For a netdev without traffic.
    /// </summary>
    public NetdevInfo SettledNetdev(string id) => WaitForNetdev(id, info =>
    {
        JsonElement counted = Qmp.Execute("qom-get", new { path = $"/l2tpv3/{id}", property = "statistics" });
        return info.FramesTransmitted == counted.GetProperty("transmit").GetProperty("frames").GetInt64()
            && info.FramesReceived == counted.GetProperty("receive").GetProperty("frames").GetInt64();
    });

    /// <summary>Waits until it has logged something about a word, and returns the lines that have it.</summary>
    public IReadOnlyList<string> WaitForLog(string word)
    {
        Eventually.Get(() => StandardError, log => log.Contains(word, StringComparison.Ordinal), () => $"'{word}' in the log");
        return Array.FindAll(StandardError.Split('\n'), line => line.Contains(word, StringComparison.Ordinal));
    }

    /// <summary>Waits for the end and returns the exit status (128 + number when a signal ended it).</summary>
    public int WaitForExit()
    {
        if (!_process.WaitForExit(Timeouts.Exit))
        {
            throw new TimeoutException($"did not end: {CommandLine}\n{StandardError}");
        }

        _standardOutput.WaitForEnd();
        _standardError.WaitForEnd();
        return _process.ExitCode;
    }

    /// <summary>Asks it to end, and returns the exit status.</summary>
    public int Quit()
    {
        Qmp.Execute("quit");
        return WaitForExit();
    }

    /// <summary>Sends it a signal.</summary>
    public void Signal(string name) =>
        ProcessRunner.Check("kill", "-s", name, Id.ToString(CultureInfo.InvariantCulture));

    public void Dispose()
    {
        Leftovers.Remove(this);
        _qmp?.Dispose();
        _qmpListener?.Dispose();
        if (!_process.HasExited)
        {
            _process.Kill();
            _process.WaitForExit();
        }

        _process.Dispose();
        _directory.Dispose();
    }

    private static ProcessStartInfo StartInfo(QemuOptions options, List<string> command)
    {
        ProcessStartInfo start = new(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        List<string> preload = [.. options.Preload];
        if (options.Plugin && !PluginOption.IsDefault)
        {
            preload.Add(Plugin.Path);

            // Without it a plugin that steps back for the stock backend would pass many a test.
            start.Environment[PluginMode] = Require;
        }

        foreach ((string name, string value) in options.Environment)
        {
            start.Environment[name] = value;
        }

        if (options.Settings is not null)
        {
            start.Environment[PluginMode] = options.Settings;
        }

        if (preload.Count > 0)
        {
            start.Environment["LD_PRELOAD"] = string.Join(':', preload);
        }

        return start;
    }

    private QmpClient ConnectQmp()
    {
        QmpListener listener = _qmpListener ?? throw new InvalidOperationException($"has no QMP: {CommandLine}");
        Stopwatch elapsed = Stopwatch.StartNew();
        try
        {
            return listener.Accept(() => _process.HasExited || elapsed.Elapsed > Timeouts.Qmp) ?? throw NoQmp(null);
        }
        catch (IOException exception)
        {
            throw NoQmp(exception);
        }
    }

    private InvalidOperationException NoQmp(Exception? cause)
    {
        bool ended = _process.WaitForExit(TimeSpan.FromSeconds(1));
        if (ended)
        {
            _standardError.WaitForEnd();
        }

        string state = ended ? $"exit status {_process.ExitCode}" : ProcessStatus.DescribeThreads(Id);
        return new InvalidOperationException($"no QMP from: {CommandLine}\n{StandardError}\n{state}", cause);
    }
}
