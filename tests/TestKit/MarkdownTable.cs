// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

namespace TestKit;

/// <summary>A table in Markdown, written row by row.</summary>
public sealed class MarkdownTable
{
    private readonly StringBuilder _text = new();
    private readonly int _columns;

    /// <summary>Begins with the heads of the columns.</summary>
    /// <param name="columns">The heads.</param>
    /// <param name="words">How many columns have words; those behind them have figures, which stand on the right.</param>
    public MarkdownTable(IEnumerable<string> columns, int words = int.MaxValue)
    {
        string[] heads = [.. columns];
        _columns = heads.Length;
        Add(heads);
        Add(heads.Select((_, index) => index < words ? "---" : "--:"));
    }

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<object> cells)
    {
        string[] row = [.. cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!)];
        if (row.Length != _columns)
        {
            throw new ArgumentException($"{row.Length} cells in a table of {_columns} columns", nameof(cells));
        }

        _text.Append("| ").AppendJoin(" | ", row).Append(" |\n");
    }

    /// <summary>The table so far.</summary>
    public override string ToString() => _text.ToString();
}
