// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>What scripts/install makes, below a folder of the test's own.</summary>
public sealed class Installation : IDisposable
{
    private readonly TemporaryDirectory _prefix = new();

    /// <summary>Installs.</summary>
    public Installation() => Install();

    /// <summary>Where it is installed.</summary>
    public string Prefix => _prefix.Path;

    /// <summary>The installed library.</summary>
    public string Library => File("lib", "qemu-l2tpv3.so");

    /// <summary>The installed launcher.</summary>
    public string Launcher => File("bin", "qemu-l2tpv3");

    /// <summary>An installed file.</summary>
    public string File(params string[] path) => Path.Combine([Prefix, .. path]);

    /// <summary>All files, below the prefix.</summary>
    public string[] Files() =>
    [
        .. Directory.EnumerateFiles(Prefix, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Prefix, file))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Installs, perhaps again.</summary>
    public void Install() => ProcessRunner.Check(Repository.File("scripts", "install"), $"--prefix={Prefix}");

    /// <summary>Removes what was installed.</summary>
    public void Uninstall() => ProcessRunner.Check(Repository.File("scripts", "uninstall"), $"--prefix={Prefix}");

    public void Dispose() => _prefix.Dispose();
}
