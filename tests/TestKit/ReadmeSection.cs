// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>A part of a README.md that a program writes, between <c>&lt;!-- name --&gt;</c> and <c>&lt;!-- /name --&gt;</c>.</summary>
public static class ReadmeSection
{
    /// <summary>Writes the part anew.</summary>
    /// <param name="folder">The folder of the README, from the repository's root; empty: the root's.</param>
    /// <param name="name">The name of the part.</param>
    /// <param name="text">What stands in it from now on.</param>
    public static void Replace(string folder, string name, string text)
    {
        string path = Path.Combine(Plugin.RepositoryRoot, folder, "README.md");
        string readme = File.ReadAllText(path);
        string opening = $"<!-- {name} -->";
        string closing = $"<!-- /{name} -->";
        int begin = readme.IndexOf(opening, StringComparison.Ordinal);
        int end = readme.IndexOf(closing, StringComparison.Ordinal);
        if (begin < 0 || end < begin)
        {
            throw new InvalidDataException($"{path} has no place for {name}: {opening} and {closing}");
        }

        File.WriteAllText(path, $"{readme[..(begin + opening.Length)]}\n\n{text.Trim('\n')}\n\n{readme[end..]}");
    }
}
