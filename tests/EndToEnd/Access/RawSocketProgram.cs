// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Access;

/// <summary>artifacts/l2tpv3-raw-socket.</summary>
internal static class RawSocketProgram
{
    /// <summary>Its full path.</summary>
    public static string Path { get; } = Find();

    private static string Find()
    {
        string path = System.IO.Path.Combine(Plugin.RepositoryRoot, "artifacts", "l2tpv3-raw-socket");
        return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build it with 'dotnet cake --target=Publish'");
    }
}
