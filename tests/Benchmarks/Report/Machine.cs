// SPDX-License-Identifier: GPL-2.0-or-later
using System.Runtime.InteropServices;

namespace Benchmarks.Report;

/// <summary>What the figures depend on.</summary>
internal sealed record Machine(string Commit, string Kernel, string Cpu, int Cpus, string Qemu, DateTimeOffset Started)
{
    public static Machine Describe(string qemu)
    {
        return new Machine(
            ProcessRunner.Check("git", "-C", Plugin.RepositoryRoot, "describe", "--always", "--dirty", "--abbrev=12").Trim(),
            $"Linux {File.ReadAllText("/proc/sys/kernel/osrelease").TrimEnd()}",
            CpuName(),
            // Not Environment.ProcessorCount: that is what taskset left.
            Directory.EnumerateDirectories("/sys/devices/system/cpu", "cpu?*").Count(path => char.IsAsciiDigit(path[^1])),
            ProcessRunner.Check(qemu, "--version").Split('\n')[0],
            DateTimeOffset.Now);
    }

    private static string CpuName()
    {
        string? line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(text => text.StartsWith("model name", StringComparison.Ordinal));
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..];
    }
}
