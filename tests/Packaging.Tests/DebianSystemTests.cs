// SPDX-License-Identifier: GPL-2.0-or-later

namespace Packaging.Tests;

/// <summary>
/// The Debian package where it is going to be used. Making such a system takes minutes and a package mirror, so these run
/// when they are asked for: `dotnet cake --target=PackageTest`.
/// </summary>
public sealed class DebianSystemTests
{
    [Theory(Explicit = true)]
    [InlineData("7.2")] // bookworm
    [InlineData("10.0")] // trixie
    public void The_package_is_installed_pings_between_two_guests_and_leaves_no_trace(string qemuRelease)
    {
        using DebianSystem system = new(qemuRelease);
        Assert.Contains($"version {qemuRelease}.", system.Run("qemu-system-x86_64", "--version"), StringComparison.Ordinal);
        system.Run("apt-cache", "gencaches"); // apt's, which any use of apt makes
        string[] before = [.. system.Files()];
        system.Copy(DebianPackage.Made.Path, "/tmp/package.deb");

        system.Run("apt-get", "-y", "install", "/tmp/package.deb");

        Assert.Empty(system.Run("dpkg", "--verify", "qemu-l2tpv3"));
        Assert.Equal($"qemu-l2tpv3 {Repository.Version}\n", system.Run("qemu-l2tpv3", "--version"));
        Assert.All(DebianPackage.Made.Files(), file => Assert.Contains(system.Files(), line => line.StartsWith($"{file} f ", StringComparison.Ordinal)));
        string demo = system.Run("ACCEL=" + ProcessRunner.Check(Repository.File("scripts", "accel")).Trim(), "/src/scripts/demo", "--installed");
        Assert.Contains("10.9.0.1 answered 5 of 5 pings", demo, StringComparison.Ordinal);
        Assert.Contains("10.9.0.2 answered 5 of 5 pings", demo, StringComparison.Ordinal);
        Assert.Contains("type=l2tpv3,udp 127.0.0.1:17011", demo, StringComparison.Ordinal);

        system.Run("apt-get", "-y", "purge", "qemu-l2tpv3");

        string[] after = [.. system.Files()];
        Assert.Empty(after.Except(before, StringComparer.Ordinal));
        Assert.Empty(before.Except(after, StringComparer.Ordinal));
    }

    /// <summary>-plugin and LD_PRELOAD need no path: the loader searches that folder.</summary>
    [Theory(Explicit = true)]
    [InlineData("7.2")]
    [InlineData("10.0")]
    public void The_installed_library_is_found_by_its_name_alone(string qemuRelease)
    {
        using DebianSystem system = new(qemuRelease);
        system.Copy(DebianPackage.Made.Path, "/tmp/package.deb");
        system.Run("apt-get", "-y", "install", "/tmp/package.deb");

        string maps = system.Run("LD_PRELOAD=qemu-l2tpv3.so", "cat", "/proc/self/maps");

        Assert.Contains(" /usr/lib/x86_64-linux-gnu/qemu-l2tpv3.so\n", maps, StringComparison.Ordinal);
    }
}
