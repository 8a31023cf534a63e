// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Concurrent;
using TestKit;

namespace Native.Tests.Toolchain;

/// <summary>One C function of tests/Native.Tests, which runs in a process of its own: scenario/scenario.h.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Release">0: with <see cref="Releases.Known"/>; 1: with <see cref="Releases.All"/>; else with this one.</param>
/// <param name="Qemu">The variant of the fake QEMU, or nothing.</param>
/// <param name="Settings">The value of QEMU_L2TPV3.</param>
/// <param name="Says">Each line on standard error; empty: there is none.</param>
/// <param name="IsPlain">Without the sanitizers.</param>
/// <param name="Times">How often.</param>
internal sealed record Scenario(string Name, int Release, string Qemu, string Settings, string Says, bool IsPlain, int Times)
{
    // What the .NET runtime keeps until the process ends looks like a leak. So only programs without it are searched for leaks;
    // for the others plane-scenarios/volume.c measures.
    private const string WithLeaks = "detect_leaks=1:exitcode=99";
    private const string WithoutLeaks = "detect_leaks=0:exitcode=99";
    private const string LeakOption = "ASAN_OPTIONS";

    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyList<Scenario>>> s_lists = new(StringComparer.Ordinal);

    /// <summary>The releases of QEMU that it runs with.</summary>
    public IEnumerable<int> With => Release switch
    {
        0 => Releases.Known.Select(row => row.Data),
        1 => Releases.All.Select(row => row.Data),
        _ => [Release],
    };

    /// <summary>The scenarios of a program, as the linker has collected them.</summary>
    public static IReadOnlyList<Scenario> List(string program) => s_lists.GetOrAdd(program, path => new Lazy<IReadOnlyList<Scenario>>(
        () => [.. ProcessRunner.Check(path).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Parse).OrderBy(scenario => scenario.Name, StringComparer.Ordinal)])).Value;

    /// <summary>One of them.</summary>
    public static Scenario Find(string program, string name) =>
        List(program).Single(scenario => string.Equals(scenario.Name, name, StringComparison.Ordinal));

    /// <summary>Runs a scenario of a program that has no .NET runtime in it; it must hold and say what it may.</summary>
    public static void Holds(string program, string name)
    {
        Scenario scenario = Find(program, name);
        scenario.Check(Run(program, name, scenario.Settings));
    }

    /// <summary>The same with other settings.</summary>
    public static void Holds(string program, string name, string settings) => Find(program, name).Check(Run(program, name, settings));

    /// <summary>The same for a program that is linked with the published plugin.</summary>
    public static void HoldsWithPlane(string program, string name)
    {
        Scenario scenario = Find(program, name);
        for (int i = 0; i < scenario.Times; i++)
        {
            scenario.Check(Run(program, name, [(LeakOption, WithoutLeaks), ("QEMU_L2TPV3", scenario.Settings)]));
        }
    }

    /// <summary>The same with the published plugin preloaded.</summary>
    public static void HoldsPreloaded(string program, string name)
    {
        Scenario scenario = Find(program, name);
        scenario.Check(Run(program, name, [("LD_PRELOAD", Plugin.Path), (LeakOption, WithoutLeaks), ("QEMU_L2TPV3", scenario.Settings)]));
    }

    /// <summary>Runs a scenario under valgrind, which must find no error and nothing that is lost for good.</summary>
    public static void HoldsUnderValgrind(string program, string name)
    {
        string[] command = ["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite", "--show-leak-kinds=definite", program, name];
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = Find(program, name).Settings };
        ProcessResult result = ProcessRunner.Run("valgrind", command, environment);
        Assert.True(result.ExitStatus == 0, $"{name}: exit status {result.ExitStatus}\n{result.StandardError}");
        Assert.DoesNotContain("==", result.StandardError, StringComparison.Ordinal);
    }

    /// <summary>Runs a scenario and returns whatever came of it.</summary>
    public static ProcessResult Run(string program, string name, string settings) =>
        Run(program, name, [(LeakOption, WithLeaks), ("QEMU_L2TPV3", settings)]);

    private static ProcessResult Run(string program, string name, IEnumerable<(string Name, string Value)> environment) =>
        ProcessRunner.Run(program, [name], environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    private static Scenario Parse(string line)
    {
        string[] parts = line.Split('\t');
        int Number(int i) => int.Parse(parts[i], CultureInfo.InvariantCulture);
        return new Scenario(parts[0], Number(1), parts[2], parts[3], parts[4], Number(5) != 0, int.Max(1, Number(6)));
    }

    private void Check(ProcessResult result)
    {
        Assert.True(result.ExitStatus == 0, $"{Name}: exit status {result.ExitStatus}\n{result.StandardError}");
        Assert.Equal(Says, string.Join('\n', result.StandardError.Split('\n', StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)));
    }
}
