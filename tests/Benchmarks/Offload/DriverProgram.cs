// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using Benchmarks.Report;

namespace Benchmarks.Offload;

/// <summary>The C program in driver/.</summary>
internal sealed class DriverProgram
{
    private static readonly string s_sources = Path.Combine(Plugin.RepositoryRoot, "tests", "Benchmarks", "driver");

    private readonly OffloadOptions _options;
    private readonly string _path;

    private DriverProgram(OffloadOptions options, string path)
    {
        _options = options;
        _path = path;
    }

    /// <summary>Compiles it, which takes a second: cheaper than to find out whether it is up to date.</summary>
    public static DriverProgram Build(OffloadOptions options)
    {
        options.Common.Output.Create();
        string path = Path.Combine(options.Common.Output.FullName, "driver");
        // -rdynamic: the program's own sendmmsg and recvmmsg, which count, are the ones the plugin calls.
        string[] flags = ["-std=gnu11", "-O2", "-Wall", "-Wextra", "-Werror", "-rdynamic", $"-I{Path.Combine(Plugin.RepositoryRoot, "native", "include")}"];
        _ = ProcessRunner.Check("gcc", [.. flags, "-o", path, .. Directory.EnumerateFiles(s_sources, "*.c"), "-ldl"]);
        return new DriverProgram(options, path);
    }

    /// <summary>Runs it once.</summary>
    public IReadOnlyList<DriverLine> Run(Direction direction)
    {
        string output = ProcessRunner.Check(
            _path,
            "--direction", direction == Direction.Transmit ? "transmit" : "receive",
            "--seconds", _options.Window.TotalSeconds.ToString(CultureInfo.InvariantCulture),
            "--burst", _options.Burst.ToString(CultureInfo.InvariantCulture),
            "--settings", _options.Common.Settings,
            "--cpu", Cpus.Qemu,
            "--peer-cpu", Cpus.Bench,
            _options.Common.Plugin.FullName);
        return
        [
            .. output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonSerializer.Deserialize<DriverLine>(line, BenchJson.Options)
                    ?? throw new InvalidDataException($"the driver printed {line}")),
        ];
    }
}
