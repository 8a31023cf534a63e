// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.IO;
using TestKit;

namespace Peers;

/// <summary>The program in the folder frames, compiled to where every lab finds it. Static, for User-Mode Linux with a root of its own.</summary>
internal static class FramesProgram
{
    private static readonly Lazy<string> s_path = new(Compile);

    /// <summary>The program.</summary>
    public static string Path => s_path.Value;

    private static string Compile()
    {
        Directory.CreateDirectory(LabGuest.Shared);
        string path = System.IO.Path.Combine(LabGuest.Shared, "frames");
        string[] sources = Directory.GetFiles(System.IO.Path.Combine(Plugin.RepositoryRoot, "tests", "Peers", "frames"), "*.c");
        ProcessRunner.Check("gcc", ["-static", "-O2", "-Wall", "-Wextra", "-Werror", "-o", path, .. sources]);
        return path;
    }
}
