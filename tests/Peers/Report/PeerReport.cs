// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text;

[assembly: AssemblyFixture(typeof(PeerReport))]

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

    public void Dispose()
    {
        StringBuilder text = new();
        foreach ((PeerRow row, _) in Sorted())
        {
            text.Append(CultureInfo.InvariantCulture, $"{row.Peer}; {row.Encapsulation}; {row.Options}\n\n");
            text.AppendJoin(string.Empty, row.Commands.Select(command => $"    {command}\n")).Append('\n');
        }

        MarkdownTable table = new(["peer", "encapsulation", "options", string.Empty]);
        foreach ((PeerRow row, bool passed) in Sorted())
        {
            table.Add(row.Peer, row.Encapsulation, row.Options, passed ? "pass" : "FAIL");
        }

        TestArtifact.Write("peers.md", $"{text}{table}");
    }

    private IEnumerable<(PeerRow Row, bool Passed)> Sorted() => _rows.OrderBy(entry => entry.Row.Peer, StringComparer.Ordinal);
}

/// <summary>A row of the table. A command has the place where it is run in front, and a colon.</summary>
public sealed record PeerRow(string Peer, string Encapsulation, string Options, IReadOnlyList<string> Commands);
