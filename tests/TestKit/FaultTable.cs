// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;

namespace TestKit;

/// <summary>
/// A table that tests fill row by row. At the end it is in <c>artifacts/tests/tables/NAME.md</c>, and <c>dotnet cake</c> prints it.
/// </summary>
public sealed class FaultTable(string name, params string[] columns) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<object> cells)
    {
        string[] row = [.. cells.Select(cell => Convert.ToString(cell, CultureInfo.InvariantCulture)!)];
        if (row.Length != columns.Length)
        {
            throw new ArgumentException($"{row.Length} cells in a table of {columns.Length} columns", nameof(cells));
        }

        lock (_lock)
        {
            _rows.Add(row);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StringBuilder text = new();
        AppendRow(text, columns);
        AppendRow(text, columns.Select(_ => "---"));
        foreach (string[] row in _rows)
        {
            AppendRow(text, row);
        }

        DirectoryInfo folder = Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, "artifacts", "tests", "tables"));
        File.WriteAllText(Path.Combine(folder.FullName, name + ".md"), text.ToString());
    }

    private static void AppendRow(StringBuilder text, IEnumerable<string> cells) =>
        text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
