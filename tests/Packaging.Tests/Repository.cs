// SPDX-License-Identifier: GPL-2.0-or-later
using System.Xml.Linq;

namespace Packaging.Tests;

/// <summary>What the repository itself says.</summary>
internal static class Repository
{
    /// <summary>The version, from the one place that says it.</summary>
    public static string Version { get; } =
        XDocument.Load(File("Directory.Build.props")).Descendants("Version").Single().Value;

    /// <summary>The path of a file.</summary>
    public static string File(params string[] path) => Path.Combine([Plugin.RepositoryRoot, .. path]);

    /// <summary>The text of a file.</summary>
    public static string Text(params string[] path) => System.IO.File.ReadAllText(File(path));
}
