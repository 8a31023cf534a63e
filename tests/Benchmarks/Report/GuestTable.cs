// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Guests;
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>TCP between two guests, then the round trip.</summary>
internal static class GuestTable
{
    public static Table Build(IReadOnlyList<GuestResult> results)
    {
        Table table = Cell.Table(
            ["bench", "IP", "netdev"],
            ["figure", "spread", "× stock", "× tap", "CPU s/GB", "× stock", "main s/GB", "× tap", "retransmits", "waited"]);
        for (int i = 0; i < results[0].Streams.Count; i++)
        {
            AddCase(table, results, i);
        }

        double? stock = Find(results, Backend.Stock)?.PingMilliseconds.Median();
        double? tap = Find(results, Backend.Tap)?.PingMilliseconds.Median();
        foreach (GuestResult result in results)
        {
            double median = result.PingMilliseconds.Median();
            _ = table.AddRow(
                "ping",
                "-",
                result.Backend.ToString().ToLowerInvariant(),
                Cell.Text(median, "0.000 ms"),
                Cell.Text(result.PingMilliseconds.Spread(value => value), "0 %"),
                Cell.Ratio(median, stock),
                Cell.Ratio(median, tap));
        }

        return table;
    }

    public static IEnumerable<string> Notes(GuestOptions options)
    {
        yield return string.Create(
            CultureInfo.InvariantCulture,
            $"Medians of {options.Common.Rounds} interleaved rounds, {options.Window.TotalSeconds:0} s of iperf3 each, accelerator {options.Accelerator}; spread is (best - worst) / median.");
        yield return "CPU s/GB: both QEMUs with their guests, per 1e9 bytes of payload; waited: time their threads were ready and had no CPU.";
        yield return "main s/GB: the part of it that the main threads use: netdevs, and the devices' queues.";
        yield return "ping every 2 ms: median of the rounds' medians.";
    }

    private static void AddCase(Table table, IReadOnlyList<GuestResult> results, int index)
    {
        IReadOnlyList<GuestMeasurement>? stock = Find(results, Backend.Stock)?.Streams[index].Rounds;
        IReadOnlyList<GuestMeasurement>? tap = Find(results, Backend.Tap)?.Streams[index].Rounds;
        foreach (GuestResult result in results)
        {
            (GuestCase guestCase, IReadOnlyList<GuestMeasurement> rounds) = result.Streams[index];
            double rate = rounds.Median(Rate);
            double cpu = rounds.Median(Cpu);
            _ = table.AddRow(
                $"TCP × {guestCase.Streams}",
                $"{guestCase.IpVersion}",
                result.Backend.ToString().ToLowerInvariant(),
                Cell.Text(rate, "0 Mbit/s"),
                Cell.Text(rounds.Spread(Rate), "0 %"),
                Cell.Ratio(rate, stock?.Median(Rate)),
                Cell.Ratio(rate, tap?.Median(Rate)),
                Cell.Text(cpu, "0.0"),
                Cell.Ratio(cpu, stock?.Median(Cpu)),
                Cell.Text(rounds.Median(Loop), "0.00"),
                Cell.Ratio(rounds.Median(Loop), tap?.Median(Loop)),
                Cell.Text(rounds.Median(round => round.Retransmits), "0"),
                Cell.Text(rounds.Median(round => round.Waited), "0 %"));
        }

        _ = table.AddEmptyRow();
    }

    private static GuestResult? Find(IReadOnlyList<GuestResult> results, Backend backend) =>
        results.FirstOrDefault(result => result.Backend == backend);

    private static double Rate(GuestMeasurement round) => round.MegabitsPerSecond;

    private static double Loop(GuestMeasurement round) => round.MainSecondsPerGigabyte;

    private static double Cpu(GuestMeasurement round) => round.CpuSecondsPerGigabyte;
}
