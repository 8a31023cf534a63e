// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Offload;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>The data plane and the bare loop.</summary>
internal static class OffloadTable
{
    public static Table Build(IReadOnlyList<OffloadResult> results)
    {
        Table table = Cell.Table(
            ["bench", "what"],
            ["Gbit/s", "spread", "× bare", "CPU s/GB", "× bare by CPU", "datagrams/frame", "datagrams/call", "collections"]);
        foreach (OffloadResult result in results)
        {
            List<OffloadMeasurement> ours = [.. result.Rounds.Select(round => round.Ours)];
            List<OffloadMeasurement> bare = [.. result.Rounds.Select(round => round.Bare)];
            string name = result.Direction.ToString().ToLowerInvariant();
            _ = table.AddRow([
                name,
                "ours",
                .. Speed(ours, result.Rounds.Median(round => round.Share)),
                .. Cost(ours, result.Rounds.Median(round => round.CpuShare)),
                result.Direction == Direction.Receive ? Cell.Text(ours.Median(round => round.DatagramsPerFrame), "0.0") : "-",
                Cell.Text(ours.Median(round => round.DatagramsPerCall), "0"),
                Cell.Text(ours.Max(round => round.Collections), "0"),
            ]);
            _ = table.AddRow([name, "bare", .. Speed(bare, 1), .. Cost(bare, 1), "-", Cell.Text(bare.Median(round => round.DatagramsPerCall), "0"), "-"]);
            _ = table.AddEmptyRow();
        }

        return table;
    }

    public static IEnumerable<string> Notes(OffloadOptions options, IReadOnlyList<OffloadResult> results)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Common.Rounds} rounds of {options.Window.TotalSeconds:0.##} s, ours and bare in turns within each; bursts of {options.Burst} TCP frames of 64 KiB.");
        yield return "bare: sendmsg with UDP_SEGMENT, 43 datagrams of 1522 bytes a call; recvmmsg with UDP_GRO; nothing else.";
        yield return "Gbit/s: UDP payload in the wall time of the median chunk of 720 datagrams; CPU s/GB: of all chunks, which other programs disturb less.";
        foreach (string info in results.SelectMany(result => result.Rounds).Select(round => round.Ours.Info).Where(HasTrouble).Distinct(StringComparer.Ordinal))
        {
            yield return $"info network said: {info}";
        }
    }

    private static bool HasTrouble(string info) => !info.EndsWith("drops 0", StringComparison.Ordinal);

    private static IEnumerable<string> Speed(List<OffloadMeasurement> rounds, double share)
    {
        yield return Cell.Text(rounds.Median(round => round.GigabitsPerSecond), "0.0");
        yield return Cell.Text(rounds.Spread(round => round.GigabitsPerSecond), "0 %");
        yield return Cell.Text(share, "0.00");
    }

    private static IEnumerable<string> Cost(List<OffloadMeasurement> rounds, double share)
    {
        yield return Cell.Text(rounds.Median(round => round.CpuSecondsPerGigabyte), "0.000");
        yield return Cell.Text(share, "0.00");
    }
}
