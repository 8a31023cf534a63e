// SPDX-License-Identifier: GPL-2.0-or-later

namespace Interop.Tests.Kit;

/// <summary>QEMU's source trees, where somebody has fetched them, and the tables that were made of them.</summary>
internal static class QemuSources
{
    private static string Layouts => Path.Combine(Plugin.RepositoryRoot, "interop", "layouts");

    /// <summary>The tables, by name, with their lines.</summary>
    public static IReadOnlyDictionary<string, string> Tables { get; } = Directory.GetFiles(Layouts, "qemu-*.txt")
        .ToDictionary(path => Path.GetFileNameWithoutExtension(path)!, File.ReadAllText, StringComparer.Ordinal);

    /// <summary>What the shim wants of them.</summary>
    public static string ShimList => File.ReadAllText(Path.Combine(Layouts, "shim.list"));

    /// <summary>Those that were made of headers.</summary>
    public static IEnumerable<string> Made => Tables.Where(table => table.Value.Contains("\n# evidence: headers\n", StringComparison.Ordinal))
        .Select(table => table.Key).Order(StringComparer.Ordinal);

    /// <summary>The tree of a table; null: nobody has fetched it.</summary>
    public static string? TreeOf(string table)
    {
        string folder = Path.Combine(Plugin.RepositoryRoot, "artifacts", "qemu-source");
        string release = table["qemu-".Length..] + ".";
        return !Directory.Exists(folder) ? null : Directory.GetDirectories(folder)
            .Where(tree => File.Exists(Path.Combine(tree, "VERSION")))
            .SingleOrDefault(tree => File.ReadAllText(Path.Combine(tree, "VERSION")).StartsWith(release, StringComparison.Ordinal));
    }
}
