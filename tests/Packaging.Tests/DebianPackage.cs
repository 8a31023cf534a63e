// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>The Debian package, made once for all tests that look at it.</summary>
public sealed class DebianPackage
{
    private static readonly Lazy<DebianPackage> s_made = new(() => new DebianPackage());
    private static readonly TimeSpan s_buildLimit = TimeSpan.FromMinutes(3);

    private DebianPackage()
    {
        // Lintian judges the address of who builds, too: give it one that is beyond reproach.
        Dictionary<string, string> environment = new(StringComparer.Ordinal) { ["DEBFULLNAME"] = "A Builder", ["DEBEMAIL"] = "builder@qemu-l2tpv3.org" };
        ProcessResult result = ProcessRunner.Run(Repository.File("scripts", "packaging", "make-deb"), [], environment, s_buildLimit);
        Assert.True(result.ExitStatus == 0, result.StandardError);
        Path = Repository.File(result.StandardOutput.Trim());
    }

    /// <summary>The package of this checkout.</summary>
    public static DebianPackage Made => s_made.Value;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>A field of its control file.</summary>
    public string Field(string name) => ProcessRunner.Check("dpkg-deb", "--field", Path, name).TrimEnd();

    /// <summary>All files in it, as absolute paths, in order.</summary>
    public IReadOnlyList<string> Files() =>
    [
        .. ProcessRunner.Check("dpkg-deb", "--contents", Path)
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.StartsWith('d'))
            .Select(line => line[(line.IndexOf(" ./", StringComparison.Ordinal) + 2)..])
            .Order(StringComparer.Ordinal),
    ];
}
