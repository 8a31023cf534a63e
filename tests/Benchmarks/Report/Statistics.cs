// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Report;

/// <summary>Medians and spreads over rounds.</summary>
internal static class Statistics
{
    public static double Median(this IEnumerable<double> values)
    {
        List<double> sorted = [.. values.Order()];
        int middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    public static double Median<T>(this IEnumerable<T> rounds, Func<T, double> value) => rounds.Select(value).Median();

    /// <summary>The distance between the best and the worst round, as a share of the median.</summary>
    public static double Spread<T>(this IReadOnlyCollection<T> rounds, Func<T, double> value) =>
        (rounds.Max(value) - rounds.Min(value)) / rounds.Median(value);
}
