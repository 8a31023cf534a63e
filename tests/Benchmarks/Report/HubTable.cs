// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Hub;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>The table people read: medians, spread, and ratios to stock and to tap within the same case.</summary>
internal static class HubTable
{
    private const double QuietMachine = 0.05;

    public static Table Build(IReadOnlyList<HubResult> results)
    {
        Table table = Cell.Table(
            ["bench", "bytes", "netdev"],
            ["kframes/s", "spread", "× stock", "× tap", "CPU µs/frame", "× stock", "busy", "waited", "sent kframes/s"]);
        foreach (IGrouping<HubCase, HubResult> group in results.GroupBy(result => result.Case))
        {
            HubResult? stock = group.FirstOrDefault(result => result.Backend == Backend.Stock);
            HubResult? tap = group.FirstOrDefault(result => result.Backend == Backend.Tap);
            foreach (HubResult result in group)
            {
                _ = table.AddRow(Row(result, stock, tap));
            }

            _ = table.AddEmptyRow();
        }

        return table;
    }

    public static IEnumerable<string> Notes(HubOptions options, IReadOnlyList<HubResult> results)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Common.Rounds} interleaved rounds of {options.Window.TotalSeconds:0.##} s; spread is (best - worst) / median.");
        yield return "busy: CPU time of QEMU in the window; waited: time it was ready and another program had its CPU.";
        if (results.Any(result => result.Rounds.Median(round => round.Waited) > QuietMachine))
        {
            yield return "NOT A QUIET MACHINE: other programs took CPU time from QEMU; frames/s are too low, CPU µs/frame a little too high.";
        }
    }

    private static string[] Row(HubResult result, HubResult? stock, HubResult? tap)
    {
        double rate = result.Rounds.Median(Rate);
        double cpu = result.Rounds.Median(Cpu);
        return
        [
            result.Case.Name,
            Cell.Text(result.Case.FrameSize, "0"),
            result.Backend.ToString().ToLowerInvariant(),
            Cell.Text(rate / 1e3, "0.0"),
            Cell.Text(result.Rounds.Spread(Rate), "0 %"),
            Cell.Ratio(rate, stock?.Rounds.Median(Rate)),
            Cell.Ratio(rate, tap?.Rounds.Median(Rate)),
            Cell.Text(cpu, "0.00"),
            Cell.Ratio(cpu, stock?.Rounds.Median(Cpu)),
            Cell.Text(result.Rounds.Median(round => round.Busy), "0 %"),
            Cell.Text(result.Rounds.Median(round => round.Waited), "0 %"),
            Cell.Text(result.Rounds.Median(round => round.SentPerSecond) / 1e3, "0.0"),
        ];
    }

    private static double Rate(Measurement round) => round.FramesPerSecond;

    private static double Cpu(Measurement round) => round.CpuMicrosecondsPerFrame;
}
