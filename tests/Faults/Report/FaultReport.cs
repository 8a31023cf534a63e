// SPDX-License-Identifier: GPL-2.0-or-later

[assembly: AssemblyFixture(typeof(FaultReport))]

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

    public void Dispose()
    {
        MarkdownTable table = new(
            ["fault", "cases", "sent", "delivered", "counted as dropped", "unaccounted", "crashes", "recovery ms, at most", "memory KiB, at most"], words: 1);
        foreach (IGrouping<string, FaultCase> row in _cases.GroupBy(one => one.Name, StringComparer.Ordinal).OrderBy(row => row.Key, StringComparer.Ordinal))
        {
            Append(table, row.Key, [.. row]);
        }

        Append(table, "all", _cases);
        IEnumerable<string> figures = _figures.OrderBy(entry => entry.What, StringComparer.Ordinal).Select(entry => $"\n{entry.What}: {entry.Figure}");
        TestArtifact.Write("faults.md", $"{table}{string.Concat(figures)}\n");
    }

    private static void Append(MarkdownTable table, string name, List<FaultCase> cases)
    {
        if (cases.Count > 0)
        {
            table.Add(
                name,
                cases.Count,
                cases.Sum(one => one.Sent),
                cases.Sum(one => one.Delivered),
                cases.Sum(one => one.Dropped),
                cases.Sum(one => one.Unaccounted),
                cases.Sum(one => one.Crashes),
                cases.Max(one => one.Recovery).TotalMilliseconds.ToString("F0", CultureInfo.InvariantCulture),
                cases.Max(one => one.MemoryKib));
        }
    }
}

/// <summary>What came of one fault.</summary>
/// <param name="Name">The class of fault.</param>
/// <param name="Sent">Frames, copies of them, and datagrams of the test's own.</param>
/// <param name="Delivered">Frames that the guests got.</param>
/// <param name="Dropped">What was dropped and counted: by the line, the kernels, the netdevs.</param>
/// <param name="Unaccounted">The rest; must be 0.</param>
/// <param name="Crashes">QEMUs that ended, and exceptions that were caught.</param>
/// <param name="Recovery">From the end of the cause until frames passed both ways.</param>
/// <param name="MemoryKib">By how much the anonymous memory of a QEMU grew.</param>
public sealed record FaultCase(string Name, long Sent, long Delivered, long Dropped, long Unaccounted, long Crashes, TimeSpan Recovery, long MemoryKib);
