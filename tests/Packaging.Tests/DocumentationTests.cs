// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Packaging.Tests;

/// <summary>The man pages are without fault, and say what the README.md of the options says.</summary>
public sealed partial class DocumentationTests
{
    /// <summary>The style hints below a warning ask for pages that mandoc knows of, or forbid to name our version.</summary>
    [Theory]
    [InlineData("qemu-l2tpv3.7")]
    [InlineData("l2tpv3-stat.1")]
    [InlineData("l2tpv3-vhost.1")]
    [InlineData("l2tpv3-raw-socket.1")]
    public void Mandoc_has_nothing_to_say_of_a_man_page(string page)
    {
        ProcessResult result = ProcessRunner.Run("mandoc", ["-T", "lint", "-W", "warning", ManPage(page)]);

        Assert.Empty(result.StandardOutput);
        Assert.Equal(0, result.ExitStatus);
    }

    [Theory]
    [InlineData("qemu-l2tpv3.7")]
    [InlineData("l2tpv3-stat.1")]
    [InlineData("l2tpv3-vhost.1")]
    [InlineData("l2tpv3-raw-socket.1")]
    public void Groff_formats_a_man_page_without_a_warning(string page)
    {
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["LC_ALL"] = "C.UTF-8", ["MANROFFSEQ"] = string.Empty, ["MANWIDTH"] = "80" };

        ProcessResult result = ProcessRunner.Run("man", ["--warnings", "-E", "UTF-8", "-l", "-Tutf8", "-Z", ManPage(page)], environment);

        Assert.Empty(result.StandardError);
        Assert.Equal(0, result.ExitStatus);
    }

    /// <summary>Settings and properties have a table of their own to be compared with: SettingDocumentTests in DataPlane.Tests.</summary>
    [Fact]
    public void Every_option_of_the_README_is_in_the_man_page()
    {
        string[] names = [.. NamesInTable("Options")];
        Assert.True(names.Length >= 13, $"found {string.Join(' ', names)}");
        string page = Repository.Text("scripts", "packaging", "qemu-l2tpv3.7");

        Assert.All(names, name => Assert.Matches($@"(?m)^\.It Cm ([^\n]*, Cm )?{Regex.Escape(name)}( |$)", page));
    }

    [Theory]
    [InlineData("l2tpv3-stat", "", 7)]
    [InlineData("l2tpv3-stat", "set ", 4)]
    [InlineData("l2tpv3-vhost", "", 6)]
    public void Every_option_of_a_program_is_in_its_man_page(string program, string command, int atLeast)
    {
        string help = ProcessRunner.Check(Repository.File("artifacts", program), $"{command}--help".Split(' '));
        string[] options = [.. Options().Matches(help).Select(match => match.Value)];
        Assert.True(options.Length >= atLeast, $"found {string.Join(' ', options)}");
        string page = Repository.Text("scripts", "packaging", $"{program}.1").Replace("\\-", "-", StringComparison.Ordinal);

        Assert.All(options, option => Assert.Matches($@"(?m)^\.It (.* )?Fl {Regex.Escape(option[1..])}( |$)", page));
    }

    private static string ManPage(string page) => Repository.File("scripts", "packaging", page);

    /// <summary>What stands in backquotes in the first column of a section's first table, up to a value.</summary>
    private static IEnumerable<string> NamesInTable(string section)
    {
        string text = Regex.Match(Repository.Text("managed", "DataPlane", "Options", "README.md"), $@"(?ms)^## {section}\n.*?(?=^## )").Value;
        return Rows().Matches(text.Split("\n\n").First(paragraph => paragraph.StartsWith('|')))
            .SelectMany(row => Names().Matches(row.Value).Select(name => name.Groups["name"].Value))
            .Distinct(StringComparer.Ordinal);
    }

    [GeneratedRegex(@"^\| `[^|]*(\\\|[^|]*)*", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Rows();

    [GeneratedRegex("(?<=^ .*)--[a-z]+", RegexOptions.Multiline, 1000)]
    private static partial Regex Options();

    [GeneratedRegex("`(?<name>[a-z0-9-]+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Names();
}
