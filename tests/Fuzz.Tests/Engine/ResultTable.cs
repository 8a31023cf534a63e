// SPDX-License-Identifier: GPL-2.0-or-later

namespace Fuzz.Tests.Engine;

/// <summary>The results of a run as a table.</summary>
internal static class ResultTable
{
    public static string Of(IEnumerable<RunResult> results)
    {
        MarkdownTable table = new(["target", "cases", "frames", "delivered", "counted as dropped", "unaccounted", "crashes"]);
        foreach (RunResult result in results)
        {
            Tally tally = result.Tally;
            table.Add(result.Target, tally.Cases, tally.Frames, tally.Delivered, tally.Dropped, tally.Unaccounted, result.Crashes);
        }

        return table.ToString();
    }
}
