// SPDX-License-Identifier: GPL-2.0-or-later
using TestKit;

namespace Architecture.Tests.Kit;

/// <summary>One file that somebody wrote by hand.</summary>
internal sealed record SourceFile(string Path, string[] Lines)
{
    private static readonly string[] s_folders = ["interop", "managed", "native", "scripts", "tests"];
    private static readonly string[] s_extensions = [".c", ".h", ".cs", ".csproj", ".props", ".targets", ".sh", ".cake"];
    private static readonly string[] s_notOurs = ["bin", "obj", "artifacts"];

    /// <summary>The file's whole text.</summary>
    public string Text => string.Join('\n', Lines);

    /// <summary>All of them below one folder of the repository, or below all; scripts have no extension.</summary>
    public static IEnumerable<SourceFile> All(string? folder = null)
    {
        foreach (string top in folder is null ? s_folders : [folder])
        {
            string root = System.IO.Path.Combine(Plugin.RepositoryRoot, top);
            if (!Directory.Exists(root))
            {
                continue;
            }

            foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(IsOurs))
            {
                yield return new SourceFile(System.IO.Path.GetRelativePath(Plugin.RepositoryRoot, path), File.ReadAllLines(path));
            }
        }
    }

    private static bool IsOurs(string path)
    {
        string relative = System.IO.Path.GetRelativePath(Plugin.RepositoryRoot, path);
        string extension = System.IO.Path.GetExtension(path);
        bool isScript = extension.Length == 0 && File.ReadLines(path).FirstOrDefault()?.StartsWith("#!", StringComparison.Ordinal) == true;
        return (isScript || s_extensions.Contains(extension, StringComparer.Ordinal))
            && !path.EndsWith(".g.cs", StringComparison.Ordinal)
            && !relative.Split('/').Intersect(s_notOurs, StringComparer.Ordinal).Any();
    }
}
