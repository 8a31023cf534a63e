// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>
/// A cgroup of version 2, bound over /sys/fs/cgroup for one program in it, as some container hosts do: mountinfo says the group
/// is the mount's root, and /proc/self/cgroup says the same path.
/// </summary>
internal sealed class BoundCgroup : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly string _name = $"l2tpv3-test-{Environment.ProcessId}-{Guid.NewGuid():N}";

    /// <summary>Executes a program there.</summary>
    public IReadOnlyList<string> Launcher =>
    [
        "unshare", "--mount", "--", "sh", "-c",
        """
        mount -t cgroup2 none "$0" && mkdir "$0/$1" && echo $$ > "$0/$1/cgroup.procs" && mount --bind "$0/$1" /sys/fs/cgroup || exit 125
        grep -q " /$1 /sys/fs/cgroup " /proc/self/mountinfo && grep -qx "0::.*/$1" /proc/self/cgroup || exit 125
        shift
        exec "$@"
        """,
        _directory.Path, _name,
    ];

    public void Dispose()
    {
        string[] remove = ["--mount", "--", "sh", "-c", """mount -t cgroup2 none "$0" && rmdir "$0/$1" """, _directory.Path, _name];
        Eventually.Get(() => ProcessRunner.Run("unshare", remove).ExitStatus, status => status == 0, () => $"the end of all processes in cgroup {_name}");
        _directory.Dispose();
    }
}
