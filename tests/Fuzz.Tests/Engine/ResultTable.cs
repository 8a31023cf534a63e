// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.Text;

namespace Fuzz.Tests.Engine;

/// <summary>The results of a run as a table.</summary>
internal static class ResultTable
{
    public static string Of(IEnumerable<RunResult> results)
    {
        StringBuilder text = new("| target | cases | frames | delivered | counted as dropped | unaccounted | crashes |\n|---|---|---|---|---|---|---|\n");
        foreach (RunResult result in results)
        {
            Tally tally = result.Tally;
            text.AppendLine(
                CultureInfo.InvariantCulture,
                $"| {result.Target} | {tally.Cases} | {tally.Frames} | {tally.Delivered} | {tally.Dropped} | {tally.Unaccounted} | {result.Crashes} |");
        }

        return text.ToString().ReplaceLineEndings("\n").TrimEnd('\n') + Environment.NewLine;
    }
}
