// SPDX-License-Identifier: GPL-2.0-or-later
using TestKit;

namespace Native.Tests.Toolchain;

/// <summary>
/// A C program that is linked with the published plugin and calls its data plane as the shim does. The plugin finds no QEMU
/// in it and stays inert.
/// </summary>
internal static class PlaneDriver
{
    private const string Folder = "tests/Native.Tests/plane-scenarios";

    /// <summary>
    /// With the sanitizers. The plugin itself is not instrumented, but its memory comes from their malloc, and what the
    /// kernel and libc write to it for the plane is checked.
    /// </summary>
    public static string Sanitized() => Gcc.Link("plane-sanitized", [.. Sources.Select(source => Gcc.Compile(source)), Plugin.Path]);

    /// <summary>Without them, for what is measured.</summary>
    public static string Plain() => Gcc.Program("plane-plain", [.. Sources, Plugin.Path]);

    private static IEnumerable<string> Sources => [.. Gcc.Sources(Folder), .. Gcc.Sources("tests/Native.Tests/scenario")];
}
