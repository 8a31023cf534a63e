// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Linq;
using TestKit;

namespace Native.Tests.Toolchain;

/// <summary>Runs one C function of tests/Native.Tests in a process of its own.</summary>
internal static class Scenario
{
    // What the .NET runtime keeps until the process ends looks like a leak, so only programs without it are searched for
    // leaks; for the others VolumeTests measures.
    private const string WithLeaks = "detect_leaks=1:exitcode=99";
    private const string WithoutLeaks = "detect_leaks=0:exitcode=99";
    private const string LeakOption = "ASAN_OPTIONS";

    /// <summary>The C name of a test: Like_this becomes like_this.</summary>
    public static string NameOf(string test) => char.ToLowerInvariant(test[0]) + test[1..];

    /// <summary>Runs a scenario that must hold and has nothing to say.</summary>
    /// <param name="program">An executable of <see cref="FakeQemu"/> or <see cref="PlaneDriver"/>.</param>
    /// <param name="name">A test's or a scenario's name.</param>
    /// <param name="settings">The value of QEMU_L2TPV3.</param>
    public static void Holds(string program, string name, string settings = "") => Holds(name, Run(program, name, settings));

    /// <summary>The same for a program that is linked with the published plugin.</summary>
    public static void HoldsWithPlane(string program, string name) =>
        Holds(name, Run(program, name, [(LeakOption, WithoutLeaks), ("QEMU_L2TPV3", string.Empty)]));

    /// <summary>The same with the published plugin preloaded.</summary>
    public static void HoldsPreloaded(string program, string name, string settings = "") =>
        Holds(name, Run(program, name, [("LD_PRELOAD", Plugin.Path), (LeakOption, WithoutLeaks), ("QEMU_L2TPV3", settings)]));

    /// <summary>Runs a scenario under valgrind, which must find no error and nothing that is lost for good.</summary>
    public static void HoldsUnderValgrind(string program, string name)
    {
        string[] command = ["--quiet", "--error-exitcode=99", "--leak-check=full", "--errors-for-leak-kinds=definite", "--show-leak-kinds=definite", program, NameOf(name)];
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = "n0.source-check=off,a=b" };
        ProcessResult result = ProcessRunner.Run("valgrind", command, environment);
        Assert.True(result.ExitStatus == 0, $"{name}: exit status {result.ExitStatus}\n{result.StandardError}");
        Assert.DoesNotContain("==", result.StandardError, StringComparison.Ordinal);
    }

    /// <summary>The scenarios of a program.</summary>
    public static IEnumerable<string> List(string program) =>
        ProcessRunner.Check(program).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Runs a scenario and returns whatever came of it.</summary>
    public static ProcessResult Run(string program, string name, string settings = "") =>
        Run(program, name, [(LeakOption, WithLeaks), ("QEMU_L2TPV3", settings)]);

    private static ProcessResult Run(string program, string name, IEnumerable<(string Name, string Value)> environment) =>
        ProcessRunner.Run(program, [NameOf(name)], environment.ToDictionary(pair => pair.Name, pair => pair.Value, StringComparer.Ordinal));

    private static void Holds(string name, ProcessResult result)
    {
        Assert.True(result.ExitStatus == 0, $"{name}: exit status {result.ExitStatus}\n{result.StandardError}");
        Assert.Equal(string.Empty, result.StandardError);
    }
}
