// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.RegularExpressions;

namespace TestKit;

/// <summary>
/// Whose QEMU the tests run: the machine's own, or that of a folder with another Debian release in it
/// (<c>scripts/qemu-release</c> makes one). All tests are the same for all of them; what a test expects of one release only it
/// decides by <see cref="Release"/>.
///
/// A newer QEMU needs a newer C library. So its process gets a mount name space in which the folder's /usr lies over the
/// machine's: loader, libraries, firmware and helpers are where they belong, and every other path means what it means to the
/// test. /bin, /lib and /lib64 are links into /usr on both sides.
/// </summary>
public static partial class QemuRoot
{
    /// <summary>Names the folder.</summary>
    public const string Variable = "L2TPV3_QEMU_ROOT";

    private static readonly string? s_path = FindPath();
    private static readonly Lazy<Version> s_release = new(FindRelease);

    /// <summary>What to put in front of QEMU and all its other launchers. It executes them in its own place.</summary>
    public static IReadOnlyList<string> Launcher { get; } = s_path is null
        ? []
        : ["unshare", "--mount", "--", "sh", "-c", """mount --bind "$0/usr" /usr && exec "$@" """, s_path];

    /// <summary>The release of that QEMU.</summary>
    public static Version Release => s_release.Value;

    private static string? FindPath()
    {
        string? path = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(path))
        {
            return null;
        }

        return Directory.Exists(Path.Combine(path, "usr", "share", "qemu"))
            ? Path.GetFullPath(path)
            : throw new DirectoryNotFoundException($"{Variable} names {path}, where no QEMU is: scripts/qemu-release makes such folders");
    }

    private static Version FindRelease()
    {
        string output = QemuProcess.RunToExit(new QemuOptions { BaseArguments = [], Arguments = ["--version"] }).StandardOutput;
        return Version.Parse(ReleaseNumber().Match(output).Groups["release"].Value);
    }

    [GeneratedRegex(@"^QEMU emulator version (?<release>\d+\.\d+\.\d+)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ReleaseNumber();
}
