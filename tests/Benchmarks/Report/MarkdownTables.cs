// SPDX-License-Identifier: GPL-2.0-or-later
using System.Collections.Generic;
using System.Linq;
using System.Text;

namespace Benchmarks.Report;

/// <summary>The summary as Markdown, a table for each bench.</summary>
internal static class MarkdownTables
{
    public static string Write(Summary summary)
    {
        StringBuilder text = new();
        foreach (SummarySection section in summary.Sections)
        {
            AppendLine(text, [section.Title, .. section.Subjects, .. section.Ratios]);
            AppendLine(text, ["---", .. Enumerable.Repeat("--:", section.Subjects.Count + section.Ratios.Count)]);
            foreach (SummaryRow row in section.Rows)
            {
                AppendLine(text, [row.Name, .. row.Figures.Select(figure => Text(figure, row.Format)), .. row.Ratios.Select(Ratio)]);
            }

            _ = text.Append('\n');
        }

        return text.ToString();
    }

    private static void AppendLine(StringBuilder text, IEnumerable<string> cells)
    {
        _ = text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
    }

    private static string Ratio(double? value)
    {
        return Text(value, value < 10 ? "0.00" : "0");
    }

    private static string Text(double? value, string format)
    {
        return value is double known ? Cell.Text(known, format) : string.Empty;
    }
}
