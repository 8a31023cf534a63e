// SPDX-License-Identifier: GPL-2.0-or-later

namespace TestKit;

/// <summary>
/// Where the plugin under test is: <c>artifacts/qemu-l2tpv3.so</c> at the repository's root, or the file that the environment
/// names. A missing file is a failure, never a skip.
/// </summary>
public static class Plugin
{
    /// <summary>Names another file to test, for instance one from a package.</summary>
    public const string PathVariable = "QEMU_L2TPV3_SO";

    private static readonly Lazy<string> s_path = new(Find);

    /// <summary>The full path of the plugin.</summary>
    public static string Path => s_path.Value;

    /// <summary>The root of the repository: the directory of global.json.</summary>
    public static string RepositoryRoot { get; } = FindRoot();

    private static string Find()
    {
        string path = System.IO.Path.GetFullPath(
            Environment.GetEnvironmentVariable(PathVariable) ?? System.IO.Path.Combine(RepositoryRoot, "artifacts", "qemu-l2tpv3.so"));
        return File.Exists(path)
            ? path
            : throw new FileNotFoundException($"{path} is missing: build it with 'dotnet cake --target=Publish', or name another file in {PathVariable}");
    }

    private static string FindRoot()
    {
        for (DirectoryInfo? directory = new(AppContext.BaseDirectory); directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "global.json")))
            {
                return directory.FullName;
            }
        }

        throw new DirectoryNotFoundException($"no global.json above {AppContext.BaseDirectory}");
    }
}
