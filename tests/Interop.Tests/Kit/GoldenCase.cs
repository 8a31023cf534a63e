// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Interop;
using L2tpv3.Interop.Lists;

namespace Interop.Tests.Kit;

/// <summary>
/// A folder of Golden: input.h and input.list, and what is made of them: the .g.cs files, which are compiled into this
/// project, and layout.txt.
/// </summary>
internal sealed class GoldenCase
{
    private const string Table = "layout.txt";
    private readonly string _name;

    public GoldenCase(string name)
    {
        _name = name;
    }

    /// <summary>All of them.</summary>
    public static IEnumerable<string> Names => Directory.GetDirectories(Root).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);

    public string Folder => Path.Combine(Root, _name);

    private static string Root => Path.Combine(Plugin.RepositoryRoot, "tests", "Interop.Tests", "Golden");

    /// <summary>What the generator makes today: text by file name.</summary>
    public SortedDictionary<string, string> Make()
    {
        BindingList list = BindingList.Parse(File.ReadAllText(Path.Combine(Folder, "input.list")));
        string header = File.ReadAllText(Path.Combine(Folder, "input.h"));
        SortedDictionary<string, string> made = new(StringComparer.Ordinal);
        foreach ((string path, string text) in Bindings.Make("input", header, list, []))
        {
            made.Add(path.EndsWith(".txt", StringComparison.Ordinal) ? Table : Path.GetFileName(path), text);
        }

        return made;
    }

    /// <summary>What it made when a person last looked.</summary>
    public SortedDictionary<string, string> Expected()
    {
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(Folder, "*.g.cs").Append(Path.Combine(Folder, Table)).Where(File.Exists))
        {
            files.Add(Path.GetFileName(path), File.ReadAllText(path));
        }

        return files;
    }
}
