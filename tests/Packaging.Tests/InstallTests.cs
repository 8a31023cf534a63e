// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>scripts/install and scripts/uninstall.</summary>
public sealed class InstallTests
{
    [Fact]
    public void The_library_is_installed_as_it_was_built_and_can_be_read_by_all()
    {
        using Installation installation = new();

        Assert.Equal(File.ReadAllBytes(Plugin.Path), File.ReadAllBytes(installation.Library));
        Assert.Equal("644", Mode(installation.Library));
        Assert.Equal("755", Mode(installation.Launcher));
    }

    [Fact]
    public void Uninstall_removes_every_file_that_install_made_and_no_other()
    {
        using Installation installation = new();
        Assert.NotEmpty(installation.Files());
        File.WriteAllText(installation.File("lib", "another.so"), string.Empty);

        installation.Uninstall();

        Assert.Equal(["lib/another.so"], installation.Files());
        Assert.False(Directory.Exists(installation.File("share", "doc", "qemu-l2tpv3")));
    }

    [Fact]
    public void Uninstall_where_nothing_is_installed_is_no_error()
    {
        using Installation installation = new();
        installation.Uninstall();

        installation.Uninstall();

        Assert.Empty(installation.Files());
    }

    /// <summary>A QEMU that runs has the file mapped: written into, it would crash.</summary>
    [Fact]
    public void A_library_that_is_there_already_gets_a_new_file_and_keeps_its_old_one_untouched()
    {
        using Installation installation = new();
        string mapped = installation.File("mapped");
        ProcessRunner.Check("ln", installation.Library, mapped);
        string before = Inode(installation.Library);

        installation.Install();

        Assert.Equal(before, Inode(mapped));
        Assert.NotEqual(before, Inode(installation.Library), StringComparer.Ordinal);
    }

    /// <summary>With --destdir everything lies below that folder, and still names where it is going to be.</summary>
    [Fact]
    public void Files_below_another_root_name_the_library_as_it_is_called_in_that_root()
    {
        using TemporaryDirectory root = new();

        ProcessRunner.Check(Repository.File("scripts", "install"), "--prefix=/opt/tunnels", "--libdir=/opt/libraries", $"--destdir={root.Path}");

        Assert.True(File.Exists(root.File("opt/libraries/qemu-l2tpv3.so")));
        Assert.Contains("library='/opt/libraries/qemu-l2tpv3.so'", File.ReadAllText(root.File("opt/tunnels/bin/qemu-l2tpv3")), StringComparison.Ordinal);
        Assert.Contains("/opt/tunnels/share/doc/qemu-l2tpv3/examples", File.ReadAllText(root.File("opt/tunnels/share/man/man7/qemu-l2tpv3.7")), StringComparison.Ordinal);
    }

    /// <summary>They separate the items of LD_PRELOAD (ld.so(8)), so the loader would never find the file.</summary>
    [Theory]
    [InlineData("relative/path")]
    [InlineData("/with:colon")]
    [InlineData("/with space")]
    public void A_folder_that_LD_PRELOAD_cannot_name_is_refused(string prefix)
    {
        using TemporaryDirectory root = new();

        ProcessResult result = ProcessRunner.Run(Repository.File("scripts", "install"), [$"--prefix={prefix}", $"--destdir={root.Path}"]);

        Assert.NotEqual(0, result.ExitStatus);
        Assert.Contains("install: ", result.StandardError, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(root.Path));
    }

    private static string Mode(string path) => ProcessRunner.Check("stat", "--format=%a", path).Trim();

    private static string Inode(string path) => ProcessRunner.Check("stat", "--format=%i", path).Trim();
}
