// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Packaging.Tests;

/// <summary>A reader of the Markdown files reaches what they point to, and reads the same figures everywhere.</summary>
public sealed partial class LinkTests
{
    private static readonly string[] s_notOurs = ["artifacts", "bin", "obj"];

    private static readonly string[] s_documents =
    [
        .. Directory.EnumerateFiles(Repository.File(), "*.md", SearchOption.TopDirectoryOnly),
        .. Directory.EnumerateDirectories(Repository.File())
            .Where(folder => !Path.GetFileName(folder).StartsWith('.') && !s_notOurs.Contains(Path.GetFileName(folder), StringComparer.Ordinal))
            .SelectMany(folder => Directory.EnumerateFiles(folder, "*.md", SearchOption.AllDirectories))
            .Where(path => !path.Split('/').Intersect(s_notOurs, StringComparer.Ordinal).Any()),
    ];

    public static TheoryData<string> Documents() => [.. s_documents.Select(path => Path.GetRelativePath(Repository.File(), path))];

    [Fact]
    public void There_are_documents_in_many_folders()
    {
        Assert.Contains(Repository.File("README.md"), s_documents, StringComparer.Ordinal);
        Assert.True(s_documents.Length >= 15, $"found {string.Join(' ', s_documents)}");
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public void Every_link_leads_to_a_file_and_to_a_heading_in_it(string document)
    {
        string path = Repository.File(document);
        string text = WithoutCode(File.ReadAllText(path));
        foreach (string target in Links().Matches(text).Select(link => link.Groups["target"].Value).Where(target => !target.Contains("://", StringComparison.Ordinal)))
        {
            string[] parts = target.Split('#');
            string file = parts[0].Length == 0 ? path : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, parts[0]));
            Assert.True(Path.Exists(file), $"{document} links to {target}, which is not there");
            if (parts.Length > 1)
            {
                Assert.True(Anchors(file).Contains(parts[1], StringComparer.Ordinal), $"{document} links to {target}: no heading has that name");
            }
        }

        // [RFC 3931] is a link only where its address is given.
        Assert.All(
            References().Matches(text),
            reference => Assert.Contains($"\n{reference.Value}: https://", text, StringComparison.Ordinal));
    }

    /// <summary>Figures that a program writes into one file and that stand in another one, too.</summary>
    [Fact]
    public void Every_figure_of_the_main_README_is_one_of_the_benches()
    {
        string benches = Repository.Text("tests", "Benchmarks", "README.md");
        string[] rows = [.. BenchSection().Match(Repository.Text("README.md")).Value.Split('\n').Where(line => line.StartsWith('|')).Skip(2)];

        Assert.Equal(5, rows.Length);
        foreach (string row in rows)
        {
            // "| name | stock | ours | tap | ours / stock | ours / tap |"; in a bench's row other subjects may stand in between.
            string[] cells = row.Split('|', StringSplitOptions.TrimEntries);
            Assert.Contains(
                benches.Split('\n'),
                line => line.Contains($"| {cells[2]} | {cells[3]} | {cells[4]} |", StringComparison.Ordinal) && line.Contains($"| {cells[5]} | {cells[6]} |", StringComparison.Ordinal));
        }
    }

    /// <summary>The anchors that forges give to headings: lower case, hyphens for spaces, no other punctuation.</summary>
    private static IEnumerable<string> Anchors(string file) =>
        Headings().Matches(WithoutCode(File.ReadAllText(file)))
            .Select(heading => Punctuation().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'));

    private static string WithoutCode(string text) => Fences().Replace(text, string.Empty);

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Links();

    [GeneratedRegex(@"\[RFC [0-9]+\](?![(:])", RegexOptions.None, 1000)]
    private static partial Regex References();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Headings();

    [GeneratedRegex(@"[^\p{L}\p{N} _-]", RegexOptions.None, 1000)]
    private static partial Regex Punctuation();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline, 1000)]
    private static partial Regex Fences();

    [GeneratedRegex("<!-- bench -->.*<!-- /bench -->", RegexOptions.Singleline, 1000)]
    private static partial Regex BenchSection();
}
