// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Text;

namespace Benchmarks.Report;

/// <summary>
/// The summary as bars. Within a case the longest bar is the largest figure, for cases have units of their own. No background,
/// and all colours of middle brightness: the same picture stands on a white page and on a black one.
/// </summary>
internal sealed class SvgChart
{
    private const int Width = 760;
    private const int NameWidth = 250;
    private const int FigureWidth = 90;
    private const int BarHeight = 10;
    private const int BarStep = 12;
    private const int RowGap = 8;
    private const int TitleHeight = 34;
    private const int LegendStep = 90;
    private const int Margin = 10;
    private const string TextColour = "#7d8590";
    private const string OtherColour = "#8b949e";

    private static readonly Dictionary<string, string> s_colours = new(StringComparer.Ordinal)
    {
        ["ours"] = "#2f81f7",
        ["tap"] = "#3fa34d",
        ["dgram"] = "#c08a1e",
        ["bare loop"] = "#9a6bdb",
    };

    private readonly StringBuilder _body = new();
    private int _y = Margin;

    private SvgChart()
    {
    }

    /// <summary>The whole file.</summary>
    public static string Draw(Summary summary)
    {
        SvgChart chart = new();
        chart.AddLegend([.. summary.Sections.SelectMany(section => section.Subjects).Distinct(StringComparer.Ordinal)]);
        foreach (SummarySection section in summary.Sections)
        {
            chart.AddSection(section);
        }

        foreach (string line in summary.Machines.Select(Describe).Distinct(StringComparer.Ordinal))
        {
            chart._y += BarStep + RowGap;
            chart.AddText(0, line, "start", "font-size=\"10\"");
        }

        int height = chart._y + Margin;
        return $"""
            <svg xmlns="http://www.w3.org/2000/svg" width="{Width}" height="{height}" viewBox="0 0 {Width} {height}" font-family="sans-serif" font-size="11" fill="{TextColour}">
            <title>Throughput of stock l2tpv3, this plugin and others</title>
            {chart._body}</svg>

            """;
    }

    private static string Describe(Machine machine) =>
        string.Create(CultureInfo.InvariantCulture, $"{machine.Commit}, {machine.Qemu}, {machine.Kernel}, {machine.Cpus} × {machine.Cpu}");

    private static string Colour(string subject) => s_colours.GetValueOrDefault(subject, OtherColour);

    private void AddLegend(IReadOnlyList<string> subjects)
    {
        _y += BarHeight;
        for (int i = 0; i < subjects.Count; i++)
        {
            int x = NameWidth + (i * LegendStep);
            AddBar(x, BarHeight, Colour(subjects[i]));
            AddText(x + BarHeight + 5, subjects[i], "start");
        }
    }

    private void AddSection(SummarySection section)
    {
        _y += TitleHeight;
        AddText(0, section.Title, "start", "font-size=\"13\" font-weight=\"bold\"");
        _y += RowGap;
        foreach (SummaryRow row in section.Rows)
        {
            AddRow(section, row);
        }
    }

    private void AddRow(SummarySection section, SummaryRow row)
    {
        double longest = row.Figures.Max() ?? 1;
        _y += RowGap;
        int middle = BarStep * row.Figures.Count(figure => figure is not null) / 2;
        _y += middle + (BarHeight / 2);
        AddText(NameWidth - Margin, row.Name, "end");
        _y -= middle + (BarHeight / 2);
        for (int i = 0; i < row.Figures.Count; i++)
        {
            if (row.Figures[i] is double figure)
            {
                _y += BarStep;
                int length = (int)(figure / longest * (Width - NameWidth - FigureWidth));
                AddBar(NameWidth, length, Colour(section.Subjects[i]));
                AddText(NameWidth + length + 5, Cell.Text(figure, row.Format), "start");
            }
        }
    }

    /// <summary>A bar that stands on the current line.</summary>
    private void AddBar(int x, int length, string colour) =>
        _ = _body.Append(CultureInfo.InvariantCulture, $"<rect x=\"{x}\" y=\"{_y - BarHeight + 1}\" width=\"{length}\" height=\"{BarHeight}\" fill=\"{colour}\"/>\n");

    private void AddText(int x, string text, string anchor, string attributes = "") =>
        _ = _body.Append(CultureInfo.InvariantCulture, $"<text x=\"{x}\" y=\"{_y}\" text-anchor=\"{anchor}\" {attributes}>{WebUtility.HtmlEncode(text)}</text>\n");
}
