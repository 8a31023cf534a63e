// SPDX-License-Identifier: GPL-2.0-or-later
using System.CommandLine;
using Benchmarks.Report;

namespace Benchmarks.Vhost;

/// <summary>The vhost bench's command line.</summary>
internal static class VhostCommand
{
    public const string Name = "vhost";

    private const int Rounds = 5;

    public static Command Create()
    {
        CommonArguments common = new(Rounds) { NeedsPlugin = false };
        Option<double> seconds = new("--seconds") { DefaultValueFactory = _ => 1, Description = "length of one measurement" };
        Option<int[]> sizes = CommonArguments.Several<int>("--sizes", [60, 590, 1514], "frame sizes in bytes, without the FCS");
        Option<bool> large = new("--large") { DefaultValueFactory = _ => true, Description = "also TCP frames of 64 KiB" };
        Option<Direction[]> directions = CommonArguments.Several<Direction>("--directions", [Direction.Transmit, Direction.Receive], "guest to wire, wire to guest");
        Option<VhostSubject[]> subjects = CommonArguments.Several("--only", Enum.GetValues<VhostSubject>(), "what to run");
        Option<int> queueSize = new("--queue-size") { DefaultValueFactory = _ => 256, Description = "descriptors of each ring; 256 is QEMU's default" };
        Option<FileInfo> program = new("--program")
        {
            DefaultValueFactory = _ => new FileInfo(Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-vhost")),
            Description = "the back end, for ours",
        };
        Command command = common.Command(Name, "Measures l2tpv3-vhost with a driver of the tests' own, against a bare loop of system calls and testpmd's vhost port.", seconds, sizes, large, directions, subjects, queueSize, program);
        command.SetAction(parsed =>
        {
            VhostSubject[] chosen = parsed.GetRequiredValue(subjects);
            FileInfo file = parsed.GetRequiredValue(program);
            if (chosen.Contains(VhostSubject.Ours) && !file.Exists)
            {
                Console.Error.WriteLine($"There is no {file.FullName}: build it first, or leave it out with --only bare testpmd");
                return 1;
            }

            return common.RunIsolated(parsed, options => Run(new VhostBenchOptions(
                options,
                TimeSpan.FromSeconds(parsed.GetValue(seconds)),
                parsed.GetRequiredValue(sizes),
                parsed.GetValue(large),
                parsed.GetRequiredValue(directions),
                chosen,
                file,
                parsed.GetValue(queueSize))));
        });
        return command;
    }

    private static void Run(VhostBenchOptions options)
    {
        IReadOnlyList<VhostResult> results = new VhostBench(options, Console.Error.WriteLine).Run();
        new BenchReport(options.Common, Name, VhostTable.Build(results), VhostTable.Notes(options, results)).Write(results);
    }
}
