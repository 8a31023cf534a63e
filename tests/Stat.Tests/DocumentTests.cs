// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace Stat.Tests;

/// <summary>What managed/Stat/README.md says of the drop reasons is what there is.</summary>
public sealed class DocumentTests
{
    private static readonly string s_readme = File.ReadAllText(Path.Combine(Plugin.RepositoryRoot, "managed", "Stat", "README.md"));

    [Fact]
    public void The_table_of_drop_reasons_has_all_of_them_and_no_other()
    {
        string section = Regex.Match(s_readme, "(?ms)^## Drop reasons\n.*?(?=^## )").Value;
        string[] rows = [.. section.Split('\n').Where(line => line.StartsWith("| ", StringComparison.Ordinal)).Skip(1)];
        string[] documented = [.. rows.SelectMany(row => row.Split('|')[1].Split(',', StringSplitOptions.TrimEntries))];

        Assert.Equal(
            Enumerable.Range(1, DropReasons.Count - 1).Select(reason => DropWords.Of((DropReason)reason)).Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal));
    }
}
