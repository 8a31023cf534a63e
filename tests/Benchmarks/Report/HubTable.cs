// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using Benchmarks.Hub;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>The table people read: medians, spread, and ratios to stock and to tap within the same case.</summary>
internal static class HubTable
{
    public static Table Build(IReadOnlyList<HubResult> results)
    {
        Table table = new() { Border = TableBorder.Simple };
        _ = table.AddColumns("bench", "bytes", "netdev");
        foreach (string heading in (string[])["kframes/s", "spread", "× stock", "× tap", "CPU µs/frame", "× stock", "busy", "waited", "sent kframes/s"])
        {
            _ = table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right });
        }

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

    private static string[] Row(HubResult result, HubResult? stock, HubResult? tap)
    {
        double rate = result.Median(round => round.FramesPerSecond);
        double cpu = result.Median(round => round.CpuMicrosecondsPerFrame);
        return
        [
            result.Case.Name,
            Text(result.Case.FrameSize, "0"),
            result.Backend.ToString().ToLowerInvariant(),
            Text(rate / 1e3, "0.0"),
            Text(result.Spread(round => round.FramesPerSecond), "0 %"),
            Ratio(rate, stock?.Median(round => round.FramesPerSecond)),
            Ratio(rate, tap?.Median(round => round.FramesPerSecond)),
            Text(cpu, "0.00"),
            Ratio(cpu, stock?.Median(round => round.CpuMicrosecondsPerFrame)),
            Text(result.Median(round => round.Busy), "0 %"),
            Text(result.Median(round => round.Waited), "0 %"),
            Text(result.Median(round => round.SentPerSecond) / 1e3, "0.0"),
        ];
    }

    private static string Ratio(double value, double? reference)
    {
        return reference is double known ? Text(value / known, "0.00") : "-";
    }

    private static string Text(double value, string format)
    {
        return value.ToString(format, CultureInfo.InvariantCulture);
    }
}
