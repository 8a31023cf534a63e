// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Linq;
using Benchmarks.Hub;

namespace Benchmarks.Report;

/// <summary>Medians and spreads over the rounds of one result.</summary>
internal static class Statistics
{
    public static double Median(this HubResult result, Func<Measurement, double> value)
    {
        List<double> sorted = [.. result.Rounds.Select(value).Order()];
        int middle = sorted.Count / 2;
        return sorted.Count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /// <summary>The distance between the best and the worst round, as a share of the median.</summary>
    public static double Spread(this HubResult result, Func<Measurement, double> value)
    {
        return (result.Rounds.Max(value) - result.Rounds.Min(value)) / result.Median(value);
    }
}
