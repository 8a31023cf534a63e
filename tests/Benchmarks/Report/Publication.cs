// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.IO;
using TestKit;

namespace Benchmarks.Report;

/// <summary>Puts the figures where README shows them. Git tells what has changed.</summary>
internal static class Publication
{
    private const string Results = "tests/Benchmarks/results";
    private const string Begin = "<!-- bench -->";
    private const string End = "<!-- /bench -->";

    public static void Publish(DirectoryInfo output)
    {
        DirectoryInfo results = Directory.CreateDirectory(Path.Combine(Plugin.RepositoryRoot, Results));
        File.Copy(Path.Combine(output.FullName, Summary.ChartName), Path.Combine(results.FullName, Summary.ChartName), overwrite: true);
        foreach (FileInfo table in output.EnumerateFiles("*.txt"))
        {
            _ = table.CopyTo(Path.Combine(results.FullName, table.Name), overwrite: true);
        }

        string readme = Path.Combine(Plugin.RepositoryRoot, "README.md");
        string tables = MarkdownTables.Write(Summary.Read(output));
        string text = $"\n![Bars: the figures below]({Results}/{Summary.ChartName})\n\n{tables}With spread, CPU time and machine: [{Results}]({Results}).\n";
        File.WriteAllText(readme, Replace(File.ReadAllText(readme), text));
    }

    private static string Replace(string readme, string text)
    {
        int begin = readme.IndexOf(Begin, StringComparison.Ordinal);
        int end = readme.IndexOf(End, StringComparison.Ordinal);
        return begin >= 0 && end > begin
            ? $"{readme[..(begin + Begin.Length)]}\n{text}\n{readme[end..]}"
            : throw new InvalidDataException($"README.md has no place for the figures: {Begin} and {End}");
    }
}
