// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using TestKit;

namespace Faults.Report;

/// <summary>
/// The table of faults. Written to <c>artifacts/tests/faults.md</c> at the end, which <c>dotnet cake --target=Faults</c> prints.
/// </summary>
public sealed class FaultReport : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<FaultCase> _cases = [];
    private readonly List<(string What, string Figure)> _figures = [];

    /// <summary>Adds a case to the row of its class.</summary>
    public void Add(FaultCase @case)
    {
        lock (_lock)
        {
            _cases.Add(@case);
        }
    }

    /// <summary>Adds a figure that no column is for.</summary>
    public void Note(string what, string figure)
    {
        lock (_lock)
        {
            _figures.Add((what, figure));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StringBuilder text = new();
        text.AppendLine("| fault | cases | sent | delivered | counted as dropped | unaccounted | crashes | recovery ms, at most | memory KiB, at most |");
        text.AppendLine("|---|--:|--:|--:|--:|--:|--:|--:|--:|");
        foreach (IGrouping<string, FaultCase> row in _cases.GroupBy(one => one.Name, StringComparer.Ordinal).OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            Append(text, row.Key, [.. row]);
        }

        Append(text, "all", _cases);
        foreach ((string what, string figure) in _figures.OrderBy(entry => entry.What, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{what}: {figure}");
        }

        string path = Path.Combine(Plugin.RepositoryRoot, "artifacts", "tests", "faults.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.AppendLine().ToString());
    }

    private static void Append(StringBuilder text, string name, List<FaultCase> cases)
    {
        if (cases.Count == 0)
        {
            return;
        }

        text.Append(CultureInfo.InvariantCulture, $"| {name} | {cases.Count} | {cases.Sum(one => one.Sent)} | {cases.Sum(one => one.Delivered)} ");
        text.Append(CultureInfo.InvariantCulture, $"| {cases.Sum(one => one.Dropped)} | {cases.Sum(one => one.Unaccounted)} | {cases.Sum(one => one.Crashes)} ");
        text.AppendLine(CultureInfo.InvariantCulture, $"| {cases.Max(one => one.Recovery).TotalMilliseconds:F0} | {cases.Max(one => one.MemoryKib)} |");
    }
}
