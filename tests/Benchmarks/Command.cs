// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Diagnostics;

namespace QemuL2tpv3.Benchmarks;

/// <summary>Runs a tool to its end.</summary>
internal static class Command
{
    public static void Run(string name, params string[] arguments)
    {
        _ = Output(name, arguments);
    }

    public static string Output(string name, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(name, arguments)
        {
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })
            ?? throw new InvalidOperationException($"cannot start {name}");
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0
            ? output.TrimEnd()
            : throw new InvalidOperationException($"{name} {string.Join(' ', arguments)}: exit status {process.ExitCode}");
    }
}
