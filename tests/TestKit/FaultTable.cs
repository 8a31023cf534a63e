// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// A table that tests fill row by row. At the end it is in <c>artifacts/tests/tables/NAME.md</c>, and <c>dotnet cake</c> prints it.
/// </summary>
public sealed class FaultTable(string name, params string[] columns) : IDisposable
{
    private readonly Lock _lock = new();
    private readonly MarkdownTable _table = new(columns);

    /// <summary>Adds a row.</summary>
    public void Add(params IEnumerable<object> cells)
    {
        lock (_lock)
        {
            _table.Add(cells);
        }
    }

    public void Dispose() => TestArtifact.Write($"tables/{name}.md", _table.ToString());
}
