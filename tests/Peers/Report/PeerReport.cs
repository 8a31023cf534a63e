// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using System.Threading;
using TestKit;

namespace Peers.Report;

/// <summary>
/// The table of peers: what each row is, with which commands it was made, and what came of it. Written to
/// <c>artifacts/tests/peers.md</c> at the end, which <c>dotnet cake --target=Peers</c> prints.
/// </summary>
public sealed class PeerReport : IDisposable
{
    private readonly Lock _lock = new();
    private readonly List<(PeerRow Row, bool Passed)> _rows = [];

    /// <summary>Runs a row's test. Its commands are the test's output too.</summary>
    public void Run(PeerRow row, ITestOutputHelper output, Action test)
    {
        output.WriteLine(string.Join('\n', row.Commands));
        bool passed = false;
        try
        {
            test();
            passed = true;
        }
        finally
        {
            lock (_lock)
            {
                _rows.Add((row, passed));
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        StringBuilder text = new();
        foreach ((PeerRow row, _) in Sorted())
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Peer}; {row.Encapsulation}; {row.Options}\n\n");
            text.AppendJoin(string.Empty, row.Commands.Select(command => $"    {command}\n")).Append('\n');
        }

        text.Append("| peer | encapsulation | options | |\n|---|---|---|---|\n");
        foreach ((PeerRow row, bool passed) in Sorted())
        {
            text.Append(CultureInfo.InvariantCulture, $"| {row.Peer} | {row.Encapsulation} | {row.Options} | {(passed ? "pass" : "FAIL")} |\n");
        }

        string path = Path.Combine(Plugin.RepositoryRoot, "artifacts", "tests", "peers.md");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text.ToString());
    }

    private IEnumerable<(PeerRow Row, bool Passed)> Sorted() => _rows.OrderBy(entry => entry.Row.Peer, StringComparer.Ordinal);
}
