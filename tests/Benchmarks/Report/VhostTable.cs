// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Hub;
using Benchmarks.Vhost;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>Back ends of vhost-user and the bare loop: medians, spread, and ratios to the bare loop within the same case.</summary>
internal static class VhostTable
{
    private const double QuietMachine = 0.05;

    public static Table Build(IReadOnlyList<VhostResult> results)
    {
        Table table = Cell.Table(
            ["bench", "bytes", "who"],
            ["kframes/s", "spread", "× bare", "CPU µs/frame", "× bare by CPU", "busy", "waited", "sent kframes/s"]);
        foreach (IGrouping<VhostCase, VhostResult> group in results.GroupBy(result => result.Case))
        {
            VhostResult? bare = group.FirstOrDefault(result => result.Subject == VhostSubject.Bare);
            foreach (VhostResult result in group)
            {
                _ = table.AddRow(Row(result, bare));
            }

            _ = table.AddEmptyRow();
        }

        return table;
    }

    public static IEnumerable<string> Notes(VhostBenchOptions options, IReadOnlyList<VhostResult> results)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Common.Rounds} interleaved rounds of {options.Window.TotalSeconds:0.##} s; spread is (best - worst) / median. Rings of {options.QueueSize}.");
        yield return "Frames of the wire: a TCP frame of 64 KiB counts as its 43 segments.";
        yield return "bare: sendmmsg with UDP_SEGMENT, recvmmsg with UDP_GRO; nothing else. testpmd: looks at its rings all the time, and has no socket.";
        yield return "busy: CPU time of the process in the window; waited: time it was ready and another program had its CPU.";
        if (results.Any(result => result.Rounds.Median(round => round.Waited) > QuietMachine))
        {
            yield return "NOT A QUIET MACHINE: other programs took CPU time; frames/s are too low, CPU µs/frame a little too high.";
        }
    }

    private static string[] Row(VhostResult result, VhostResult? bare)
    {
        double rate = result.Rounds.Median(Rate);
        double cpu = result.Rounds.Median(Cpu);
        return
        [
            result.Case.Name,
            Cell.Text(result.Case.FrameSize, "0"),
            result.Subject.ToString().ToLowerInvariant(),
            Cell.Text(rate / 1e3, "0.0"),
            Cell.Text(result.Rounds.Spread(Rate), "0 %"),
            Cell.Ratio(rate, bare?.Rounds.Median(Rate)),
            Cell.Text(cpu, "0.000"),
            bare is null ? "-" : Cell.Text(bare.Rounds.Median(Cpu) / cpu, "0.00"),
            Cell.Text(result.Rounds.Median(round => round.Busy), "0 %"),
            Cell.Text(result.Rounds.Median(round => round.Waited), "0 %"),
            Cell.Text(result.Rounds.Median(round => round.SentPerSecond) / 1e3, "0.0"),
        ];
    }

    private static double Rate(Measurement round) => round.FramesPerSecond;

    private static double Cpu(Measurement round) => round.CpuMicrosecondsPerFrame;
}
