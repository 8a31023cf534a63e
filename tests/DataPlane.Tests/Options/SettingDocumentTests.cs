// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;
using L2tpv3.DataPlane.Options;
using L2tpv3.DataPlane.Properties;

namespace DataPlane.Tests.Options;

/// <summary>
/// The README.md of the options, the man page and the completion of bash say what the table of settings says: the same settings in the same
/// order, with the same values, help and defaults. What else they say is theirs.
/// </summary>
public sealed partial class SettingDocumentTests
{
    private static readonly string s_readme = Text("managed", "DataPlane", "Options", "README.md");
    private static readonly string s_page = Text("scripts", "packaging", "qemu-l2tpv3.7");

    [Fact]
    public void The_README_has_a_row_for_each_setting()
    {
        string[][] rows = [.. Rows("Settings")];
        Assert.Equal<IEnumerable<string>>(SettingTable.All.Select(ReadmeSyntax), rows.Select(row => row[0]));
        Assert.All(SettingTable.All.Zip(rows), pair =>
        {
            (Setting setting, string[] row) = pair;
            string meaning = row[1].Replace("`", string.Empty, StringComparison.Ordinal);
            Assert.Matches($"^{Regex.Escape(setting.Help)}(\\.|$)", meaning);
            Assert.Equal(setting.Default, row[2].Trim('`'));
            Assert.Equal(Exclusion(setting), Excluded().Match(meaning).Groups["options"].Value);
        });
    }

    [Fact]
    public void The_README_has_a_row_for_each_property() =>
        Assert.Equal<IEnumerable<string>>(
            PropertyTable.All.Select(property => property.Name),
            Rows("Properties").SelectMany(row => Quoted().Matches(row[0]).Select(name => name.Groups["name"].Value)));

    [Fact]
    public void The_README_says_which_properties_nobody_reads_and_nobody_sets()
    {
        string[] writeOnly = [.. PropertyTable.All.Where(property => property.Get is null).Select(property => property.Name)];
        Assert.Contains($"| {string.Join(", ", writeOnly.Select(name => $"`{name}`"))} (write only) |", s_readme, StringComparison.Ordinal);
        Assert.Contains($"| `{PropertyTable.All.Single(property => property.Set is null).Name}` (read only) |", s_readme, StringComparison.Ordinal);
    }

    [Fact]
    public void The_man_page_has_an_item_for_each_setting()
    {
        (string Heading, string Body)[] items = [.. Items("SETTINGS")];
        Assert.Equal<IEnumerable<string>>(SettingTable.All.Select(PageSyntax), items.Select(item => item.Heading));
        Assert.All(SettingTable.All.Zip(items), pair =>
        {
            (Setting setting, (_, string body)) = pair;
            Assert.StartsWith($"{setting.Help}.", body, StringComparison.Ordinal);
            Assert.Contains($" The default is {setting.Default}.", body, StringComparison.Ordinal);
            Assert.Equal(Exclusion(setting), Excluded().Match(body).Groups["options"].Value);
        });
    }

    [Fact]
    public void The_man_page_has_an_item_for_each_property() =>
        Assert.Equal<IEnumerable<string>>(PropertyTable.All.Select(property => property.Name), Items("PROPERTIES").SelectMany(item => item.Heading[3..].Split(" , ")));

    [Fact]
    public void Bash_completes_each_setting_and_its_words()
    {
        string script = Path.Combine(Plugin.RepositoryRoot, "scripts", "packaging", "qemu-l2tpv3.bash");
        string[] completed = ProcessRunner.Check("bash", "-c", """complete() { :; }; . "$0" && _qemu_l2tpv3_items""", script).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal<IEnumerable<string>>(SettingTable.All.SelectMany(Completions), completed);
    }

    private static string Text(params string[] path) => File.ReadAllText(Path.Combine([Plugin.RepositoryRoot, .. path]));

    private static string ReadmeSyntax(Setting setting) =>
        setting.IsShims ? $"`{setting.Name}`, `{setting.Name}=on`" : $"`{setting.Name}={string.Join("\\|", setting.Forms.Select(form => form.Syntax))}`";

    private static string PageSyntax(Setting setting) =>
        setting.IsShims
            ? $"Cm {setting.Name}"
            : $"Cm {setting.Name} Ns = Ns {string.Join(" Ns | Ns ", setting.Forms.Select(form => form.IsWord ? $"Cm {form.Syntax}" : $"Ar {form.Syntax.ToLowerInvariant()}"))}";

    private static IEnumerable<string> Completions(Setting setting) =>
        setting.IsShims
            ? [setting.Name]
            : setting.Forms.Select(form => form.IsWord ? $"{setting.Name}={form.Syntax}" : $"{setting.Name}=");

    private static string Exclusion(Setting setting) => string.Join(" and ", setting.Excludes);

    /// <summary>The cells of the first table of a section.</summary>
    private static IEnumerable<string[]> Rows(string section)
    {
        string text = Regex.Match(s_readme, $@"(?ms)^## {section}\n.*?(?=^## )").Value;
        return text.Split("\n\n").First(paragraph => paragraph.StartsWith('|')).Trim('\n').Split('\n').Skip(2)
            .Select(row => Cells().Split(row).Select(cell => cell.Trim()).ToArray()[1..^1]);
    }

    /// <summary>The items of the first list of a section, and what they say, without macros.</summary>
    private static IEnumerable<(string Heading, string Body)> Items(string section)
    {
        string text = Regex.Match(s_page, $@"(?ms)^\.Sh {section}\n.*?^\.El").Value;
        foreach (string item in text[..^4].Split("\n.It ").Skip(1))
        {
            string[] lines = item.Split('\n');
            yield return (lines[0], string.Join(' ', lines.Skip(1).Select(line => line.StartsWith('.') ? Plain(line) : line)));
        }
    }

    /// <summary>A line of macros as a reader sees it, as far as this page uses them.</summary>
    private static string Plain(string line)
    {
        string text = Macros().Replace(line[1..], string.Empty).Replace(" Ns ", string.Empty, StringComparison.Ordinal);
        return PunctuationBehind().Replace(line.StartsWith(".Pq ", StringComparison.Ordinal) ? InParentheses().Replace(text, "(${text})") : text, string.Empty);
    }

    [GeneratedRegex(@"(?<!\\)\|", RegexOptions.None, 1000)]
    private static partial Regex Cells();

    [GeneratedRegex("`(?<name>[a-z0-9-]+)`", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"[Ee]xcludes? the netdev's (?<options>[a-z]+( and [a-z]+)?)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Excluded();

    [GeneratedRegex(@"\b(Cm|Ar|Dv|Pa|Xr|Pq|Ev|Fl|Sx) ", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Macros();

    [GeneratedRegex(@"^(?<text>.*?)(?= [.,]|$)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex InParentheses();

    [GeneratedRegex(" (?=[.,]$)", RegexOptions.None, 1000)]
    private static partial Regex PunctuationBehind();
}
