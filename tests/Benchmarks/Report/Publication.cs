// SPDX-License-Identifier: GPL-2.0-or-later
using System.IO;
using TestKit;

namespace Benchmarks.Report;

/// <summary>Puts the figures where README shows them. Git tells what has changed.</summary>
internal static class Publication
{
    private const string Results = "tests/Benchmarks/results";

    public static void Publish(DirectoryInfo output)
    {
        DirectoryInfo results = Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, Results));
        File.Copy(Path.Combine(output.FullName, Summary.ChartName), Path.Combine(results.FullName, Summary.ChartName), overwrite: true);
        foreach (FileInfo table in output.EnumerateFiles("*.txt"))
        {
            _ = table.CopyTo(Path.Combine(results.FullName, table.Name), overwrite: true);
        }

        string tables = MarkdownTables.Write(Summary.Read(output));
        string text = $"![Bars: the figures below]({Results}/{Summary.ChartName})\n\n{tables}With spread, CPU time and machine: [{Results}]({Results}).\n";
        ReadmeSection.Replace("bench", text);
    }
}
