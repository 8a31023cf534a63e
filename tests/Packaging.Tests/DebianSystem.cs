// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Packaging.Tests;

/// <summary>
/// A small Debian system with a QEMU in it and nothing of ours, fresh for each test:
///
///     overlay:  tmpfs (what the test changes)
///               artifacts/qemu/RELEASE (scripts/qemu-release makes it once, read only here)
///
/// It is mounted in a mount and network name space that one process holds, so nothing is left however the test ends: the process
/// ends with its standard input.
/// </summary>
public sealed class DebianSystem : IDisposable
{
    private const string Hold =
        """
        set -e
        mount -t tmpfs tmpfs "$2"
        cd "$2"
        mkdir upper work root
        mount -t overlay -o "lowerdir=$1,upperdir=upper,workdir=work" overlay root
        mount -t proc proc root/proc
        mount --rbind /dev root/dev
        mkdir -p root/src/scripts root/src/artifacts/guest
        cp "$3"/scripts/{demo,accel} root/src/scripts
        mount --bind -o ro "$3/artifacts/guest" root/src/artifacts/guest
        ip link set lo up
        echo ready
        read -r _
        """;

    private static readonly TimeSpan s_making = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_command = TimeSpan.FromMinutes(3);
    private readonly TemporaryDirectory _directory = new();
    private readonly Process _holder;

    /// <summary>Makes one with the QEMU of a release.</summary>
    public DebianSystem(string qemuRelease)
    {
        Requires.Root("a system of its own");
        ProcessResult folder = ProcessRunner.Run(Repository.File("scripts", "qemu-release"), [qemuRelease], limit: s_making);
        Assert.True(folder.ExitStatus == 0, folder.StandardError);

        ProcessStartInfo start = new("unshare", ["--mount", "--net", "bash", "-c", Hold, "-", folder.StandardOutput.Trim(), _directory.Path, Plugin.RepositoryRoot])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        _holder = Process.Start(start) ?? throw new InvalidOperationException("unshare did not start");
        Assert.Equal("ready", _holder.StandardOutput.ReadLine());
    }

    private string Root => Path.Combine(_directory.Path, "root");

    /// <summary>Puts a file of the test's machine into it.</summary>
    public void Copy(string file, string target) => Enter("cp", file, Root + target);

    /// <summary>Runs a command in it, which must succeed, and returns its output.</summary>
    public string Run(params string[] command) =>
        Enter(["chroot", Root, "env", "PATH=/usr/sbin:/usr/bin", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive", .. command]);

    /// <summary>
    /// Each file: its path, kind, mode and target, and outside /var its size. What dpkg and apt say of themselves there changes
    /// with everything they do, but not by name.
    /// </summary>
    public IReadOnlyList<string> Files() =>
    [
        .. Run("find", "/", "-xdev", "(", "-path", "/var", "-o", "-path", "/src", "-o", "-path", "/tmp", ")", "-prune", "-o", "-not", "-type", "d", "-printf", "%p %y %m %s %l\n")
            .Split('\n')
            .Concat(Run("find", "/", "-xdev", "-not", "-path", "/src*", "-not", "-path", "/tmp*", "-printf", "%p %y %m %l\n").Split('\n'))
            .Order(StringComparer.Ordinal),
    ];

    public void Dispose()
    {
        _holder.StandardInput.Close();
        _holder.WaitForExit();
        _holder.Dispose();
        _directory.Dispose();
    }

    private string Enter(params string[] command)
    {
        string process = _holder.Id.ToString(CultureInfo.InvariantCulture);
        ProcessResult result = ProcessRunner.Run("nsenter", ["--target", process, "--mount", "--net", .. command], limit: s_command);
        Assert.True(result.ExitStatus == 0, $"{string.Join(' ', command)}: {result.ExitStatus}\n{result.StandardOutput}\n{result.StandardError}");
        return result.StandardOutput;
    }
}
