// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>The Debian package as a file. DebianSystemTests installs it.</summary>
public sealed class DebianPackageTests
{
    private static readonly TimeSpan s_lintianLimit = TimeSpan.FromMinutes(3);

    [Fact]
    public void Lintian_finds_neither_errors_nor_warnings()
    {
        ProcessResult result = ProcessRunner.Run("lintian", ["--fail-on", "error,warning", DebianPackage.Made.Path], limit: s_lintianLimit);

        Assert.True(result.ExitStatus == 0, result.StandardOutput + result.StandardError);
        Assert.DoesNotMatch("(?m)^[EW]: ", result.StandardOutput);
    }

    [Fact]
    public void It_has_the_version_of_the_repository() => Assert.Equal(Repository.Version, DebianPackage.Made.Field("Version"));

    [Fact]
    public void It_needs_nothing_but_the_C_library()
    {
        Assert.Matches(@"^libc6 \(>= 2\.\d+\)$", DebianPackage.Made.Field("Depends"));
        Assert.StartsWith("qemu-system-x86 ", DebianPackage.Made.Field("Recommends"), StringComparison.Ordinal);
    }

    /// <summary>dpkg compresses man pages and adds its own two files; else it has what scripts/install installs.</summary>
    [Fact]
    public void It_has_the_files_that_scripts_install_installs()
    {
        using Installation installation = new();
        string[] expected =
        [
            .. installation.Files()
                .Select(file => "/usr/" + file.Replace("lib/qemu-l2tpv3.so", "lib/x86_64-linux-gnu/qemu-l2tpv3.so", StringComparison.Ordinal))
                .Select(file => file.StartsWith("/usr/share/man/", StringComparison.Ordinal) ? file + ".gz" : file),
            "/usr/share/doc/qemu-l2tpv3/changelog.gz",
            "/usr/share/doc/qemu-l2tpv3/copyright",
            "/usr/share/lintian/overrides/qemu-l2tpv3",
        ];

        Assert.Equal(expected.Order(StringComparer.Ordinal), DebianPackage.Made.Files(), StringComparer.Ordinal);
    }
}
