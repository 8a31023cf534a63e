// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks.Report;

/// <summary>Puts the figures where the READMEs show them: five of them in the main one, all in this folder's. Git tells what has changed.</summary>
internal static class Publication
{
    private const string Section = "bench";
    private const string Folder = "tests/Benchmarks";
    private const string Results = "results";

    public static void Publish(DirectoryInfo output)
    {
        DirectoryInfo results = Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, Folder, Results));
        File.Copy(Path.Combine(output.FullName, Summary.ChartName), Path.Combine(results.FullName, Summary.ChartName), overwrite: true);
        foreach (FileInfo table in output.EnumerateFiles("*.txt"))
        {
            _ = table.CopyTo(Path.Combine(results.FullName, table.Name), overwrite: true);
        }

        Summary summary = Summary.Read(output);
        string all = $"![Bars: the figures below]({Results}/{Summary.ChartName})\n\n{MarkdownTables.Write(summary)}With spread, CPU time and machine: [{Results}]({Results}).\n";
        ReadmeSection.Replace(Folder, Section, all);
        string five = $"![Bars: throughput of the stock backend, this plugin, tap and dgram]({Folder}/{Results}/{Summary.ChartName})\n\n{MarkdownTables.Write(Highlights.Of(summary))}";
        ReadmeSection.Replace(string.Empty, Section, five);
    }
}
