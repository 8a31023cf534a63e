// SPDX-License-Identifier: GPL-2.0-or-later
using Spectre.Console;

namespace Benchmarks.Report;

/// <summary>The texts and columns of a table.</summary>
internal static class Cell
{
    public static Table Table(string[] names, string[] figures)
    {
        Table table = new() { Border = TableBorder.Simple };
        _ = table.AddColumns(names);
        foreach (string heading in figures)
        {
            _ = table.AddColumn(new TableColumn(heading) { Alignment = Justify.Right });
        }

        return table;
    }

    public static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Ratio(double value, double? reference) => reference is double known ? Text(value / known, "0.00") : "-";
}
