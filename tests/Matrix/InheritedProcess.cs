// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Matrix;

/// <summary>A command that takes minutes; whoever waits sees what it says.</summary>
internal static class InheritedProcess
{
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(20);

    /// <summary>Runs it to its end and returns its exit status.</summary>
    public static int Run(string fileName, IEnumerable<string> arguments, string? root = null)
    {
        ProcessStartInfo start = new(fileName, arguments);
        start.Environment[TestKit.QemuRoot.Variable] = root;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{fileName} did not start");
        if (!process.WaitForExit(s_limit))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{fileName} did not end in {s_limit}");
        }

        return process.ExitCode;
    }

    /// <summary>Runs one that must succeed.</summary>
    public static void Check(string fileName, IEnumerable<string> arguments)
    {
        int status = Run(fileName, arguments);
        if (status != 0)
        {
            throw new InvalidOperationException($"{fileName}: exit status {status}");
        }
    }
}
