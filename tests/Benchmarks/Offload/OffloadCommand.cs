// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks.Offload;

/// <summary>The offload bench's command line.</summary>
internal static class OffloadCommand
{
    public const string Name = "driver";

    private const int Rounds = 5;

    public static Command Create()
    {
        CommonArguments common = new(Rounds);
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 1, Description = "length of one measurement" };
        Option<int> burst = new("--burst") { DefaultValueFactory = _ => 4, Description = "64 KiB frames between two bottom halves" };
        Option<Direction[]> directions = CommonArguments.Several<Direction>("--directions", [Direction.Transmit, Direction.Receive], "guest to wire, wire to guest");
        Command command = common.Command(Name, "Measures the offload path of the plugin's data plane, without QEMU, against a bare loop of system calls.", seconds, burst, directions);
        command.SetAction(parsed => common.RunIsolated(parsed, options => Run(new OffloadOptions(
            options,
            TimeSpan.FromSeconds(parsed.GetValue(seconds)),
            parsed.GetValue(burst),
            parsed.GetRequiredValue(directions)))));
        return command;
    }

    private static void Run(OffloadOptions options)
    {
        IReadOnlyList<OffloadResult> results = new OffloadBench(options, Console.Error.WriteLine).Run();
        new BenchReport(options.Common, Name, OffloadTable.Build(results), OffloadTable.Notes(options, results)).Write(results);
    }
}
