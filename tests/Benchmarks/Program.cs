// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.CommandLine;
using System.IO;
using System.Linq;
using Benchmarks.Hub;
using Benchmarks.Report;
using Spectre.Console;

namespace Benchmarks;

/// <summary>
/// What the plugin is worth, against QEMU's own backend and against a tap. Only ratios of one run hold: the figures themselves
/// change with the machine, its kernel and its other guests.
///
/// Hub/ has the bench and how it is wired (HubBench.cs), Traffic/ the two kinds of ends and the choices of queue and
/// buffer sizes (TapPort.cs, DatagramPort.cs), Report/ the table.
///
/// Two CPUs are enough: the bench sends and counts on one, QEMU works on the other (Cpus.cs). On loopback and on a tap the kernel
/// handles a frame where it was sent, so QEMU's CPU pays for what QEMU sends, and for nothing that is sent to it
/// but the copy into its own memory.
/// </summary>
internal static class Program
{
    private static int Main(string[] arguments)
    {
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 1, Description = "length of one measurement" };
        Option<int> rounds = new("--rounds") { DefaultValueFactory = _ => 5, Description = "measurements of each backend in each bench" };
        Option<int[]> sizes = new("--sizes")
        {
            DefaultValueFactory = _ => [60, 1514],
            AllowMultipleArgumentsPerToken = true,
            Description = "frame sizes in bytes, without the FCS",
        };
        Option<Backend[]> only = new("--only")
        {
            DefaultValueFactory = _ => Enum.GetValues<Backend>(),
            AllowMultipleArgumentsPerToken = true,
            Description = "the backends to run",
        };
        Option<bool> gsoSender = new("--gso-sender")
        {
            DefaultValueFactory = _ => true,
            Description = "also measure receiving from a peer that uses UDP GSO",
        };
        Option<FileInfo> plugin = new("--plugin")
        {
            DefaultValueFactory = _ => new FileInfo("artifacts/qemu-l2tpv3.so"),
            Description = "the plugin, for backend ours",
        };
        Option<string> qemu = new("--qemu") { DefaultValueFactory = _ => "qemu-system-x86_64", Description = "the QEMU to run" };
        Option<DirectoryInfo> output = new("--output")
        {
            DefaultValueFactory = _ => new DirectoryInfo("artifacts/bench"),
            Description = "where hub.txt and hub.json go",
        };

        RootCommand root = new("Measures stock l2tpv3, the plugin, tap and dgram through QEMU's hub.")
        {
            seconds, rounds, sizes, only, gsoSender, plugin, qemu, output,
        };
        root.SetAction(parsed => Run(
            arguments,
            new HubOptions(
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetValue(rounds),
                parsed.GetRequiredValue(sizes),
                parsed.GetRequiredValue(only),
                parsed.GetValue(gsoSender),
                parsed.GetRequiredValue(plugin),
                parsed.GetRequiredValue(qemu),
                parsed.GetRequiredValue(output))));
        return root.Parse(arguments).Invoke();
    }

    private static int Run(IReadOnlyList<string> arguments, HubOptions options)
    {
        if (options.Backends.Contains(Backend.Ours) && !options.Plugin.Exists)
        {
            AnsiConsole.WriteLine($"There is no {options.Plugin.FullName}: build it first, or leave it out with --only stock tap dgram");
            return 1;
        }

        if (!Isolation.IsInside)
        {
            return Isolation.Rerun(arguments, options.Plugin);
        }

        IReadOnlyList<HubResult> results = new HubBench(options, Console.Error.WriteLine).Run();
        new HubReport(Machine.Describe(options.Qemu), options, results).Write();
        return 0;
    }
}
