// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Flight;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>The table people read: how long one frame takes, and ratios to stock and to tap within the same case.</summary>
internal static class FlightTable
{
    public static Table Build(IReadOnlyList<FlightResult> results)
    {
        Table table = Cell.Table(
            ["one frame in flight", "bytes", "netdev"],
            ["p50, µs", "spread", "× stock", "× tap", "p99, µs", "× stock"]);
        foreach (IGrouping<FlightCase, FlightResult> group in results.GroupBy(result => result.Case))
        {
            FlightResult? stock = group.FirstOrDefault(result => result.Backend == Backend.Stock);
            FlightResult? tap = group.FirstOrDefault(result => result.Backend == Backend.Tap);
            foreach (FlightResult result in group)
            {
                _ = table.AddRow(Row(result, stock, tap));
            }

            _ = table.AddEmptyRow();
        }

        return table;
    }

    public static IEnumerable<string> Notes(FlightOptions options)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Common.Rounds} interleaved rounds of {options.Frames} frames; spread is (slowest - fastest) / median.");
    }

    private static string[] Row(FlightResult result, FlightResult? stock, FlightResult? tap) =>
    [
        result.Case.Name,
        Cell.Text(result.Case.FrameSize, "0"),
        result.Backend.ToString().ToLowerInvariant(),
        Cell.Text(result.Rounds.Median(Median), "0.00"),
        Cell.Text(result.Rounds.Spread(Median), "0 %"),
        Cell.Ratio(result.Rounds.Median(Median), stock?.Rounds.Median(Median)),
        Cell.Ratio(result.Rounds.Median(Median), tap?.Rounds.Median(Median)),
        Cell.Text(result.Rounds.Median(Slow), "0.00"),
        Cell.Ratio(result.Rounds.Median(Slow), stock?.Rounds.Median(Slow)),
    ];

    private static double Median(FlightTimes round) => round.Median;

    private static double Slow(FlightTimes round) => round.Slow;
}
