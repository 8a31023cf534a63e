// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace Matrix;

/// <summary>A QEMU to test.</summary>
/// <param name="Origin">The Debian suite it is of.</param>
/// <param name="Version">Its version, as it says itself.</param>
/// <param name="Root">The folder it is in; null: it is the machine's own.</param>
internal sealed record QemuRelease(string Origin, string Version, string? Root)
{
    /// <summary>The machine's own and those that scripts/qemu-release knows, made if they are not there yet.</summary>
    public static IReadOnlyList<QemuRelease> All() =>
    [
        new(OwnSuite(), AskVersion([]), Root: null),
        Fetch("10.0", "trixie"),
        Fetch("11.1", "trixie-backports"),
    ];

    /// <summary>os-release(5).</summary>
    private static string OwnSuite() =>
        Regex.Match(File.ReadAllText("/etc/os-release"), "(?<=^VERSION_CODENAME=\"?)[a-z]+", RegexOptions.Multiline).Value;

    private static QemuRelease Fetch(string release, string suite)
    {
        string root = Path.Combine(Plugin.RepositoryRoot, "artifacts", "qemu", release);
        InheritedProcess.Check(Path.Combine(Plugin.RepositoryRoot, "scripts", "qemu-release"), [release]);
        return new QemuRelease(suite, AskVersion(["chroot", root]), root);
    }

    private static string AskVersion(string[] launcher)
    {
        string[] command = [.. launcher, "qemu-system-x86_64", "--version"];
        return Regex.Match(ProcessRunner.Check(command[0], command[1..]), @"version ([0-9.]+)").Groups[1].Value;
    }
}
