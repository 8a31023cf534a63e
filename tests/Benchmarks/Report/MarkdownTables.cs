// SPDX-License-Identifier: GPL-2.0-or-later
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
            MarkdownTable table = new([section.Title, .. section.Subjects, .. section.Ratios], words: 1);
            foreach (SummaryRow row in section.Rows)
            {
                table.Add([row.Name, .. row.Figures.Select(figure => Text(figure, row.Format)), .. row.Ratios.Select(Ratio)]);
            }

            _ = text.Append(table).Append('\n');
        }

        return text.ToString();
    }

    private static string Ratio(double? value) => Text(value, value < 10 ? "0.00" : "0");

    private static string Text(double? value, string format) => value is double known ? Cell.Text(known, format) : string.Empty;
}
