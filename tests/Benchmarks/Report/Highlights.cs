// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Report;

/// <summary>The five figures of the main README, picked from the summary. One that was not measured is left out.</summary>
internal static class Highlights
{
    private static readonly string[] s_subjects = ["stock", "ours", "tap"];
    private static readonly string[] s_ratios = ["ours / stock", "ours / tap"];

    /// <summary>The names of rows in the summary, and what the README calls them.</summary>
    private static readonly (string Row, string Words)[] s_rows =
    [
        ("TCP × 1, IPv4, Mbit/s", "TCP from guest to guest, one connection, Mbit/s"),
        ("TCP × 4, IPv4, Mbit/s", "TCP from guest to guest, four connections, Mbit/s"),
        ("ping, ms (less is better)", "ping from guest to guest, ms (less is better)"),
        ("transmit, 60 B", "frames of 60 bytes sent, thousand a second"),
        ("receive, 1514 B", "frames of 1514 bytes received, thousand a second"),
    ];

    /// <summary>The five rows as a section of their own.</summary>
    public static Summary Of(Summary summary)
    {
        SummaryRow[] rows =
        [
            .. from wanted in s_rows
               from section in summary.Sections
               from row in section.Rows
               where string.Equals(row.Name, wanted.Row, StringComparison.Ordinal)
               select row with
               {
                   Name = wanted.Words,
                   Figures = [.. Pick(s_subjects, section.Subjects, row.Figures)],
                   Ratios = [.. Pick(s_ratios, section.Ratios, row.Ratios)],
               },
        ];
        return summary with { Sections = [new SummarySection(string.Empty, s_subjects, s_ratios, rows)] };
    }

    private static IEnumerable<double?> Pick(string[] wanted, IReadOnlyList<string> names, IReadOnlyList<double?> values) =>
        from name in wanted
        select names.ToList().IndexOf(name) is int index && index >= 0 ? values[index] : null;
}
