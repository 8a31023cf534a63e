// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>A cgroup of the test's own that limits threads, in either version of cgroups.</summary>
internal sealed class PidsCgroup : IDisposable
{
    /// <summary>Where version 1 has its pids hierarchy, and version 2 its only one.</summary>
    private static readonly string[] s_places = ["/sys/fs/cgroup/pids", "/sys/fs/cgroup"];

    private readonly string _path;

    private PidsCgroup(string path) => _path = path;

    /// <summary>How many threads there are.</summary>
    public int Current => int.Parse(File.ReadAllText(Path.Combine(_path, "pids.current")), CultureInfo.InvariantCulture);

    /// <summary>Makes one; null where there is no such controller.</summary>
    public static PidsCgroup? Create()
    {
        foreach (string place in s_places)
        {
            string path = Path.Combine(place, $"l2tpv3-test-{Environment.ProcessId}");
            if (!IsController(place))
            {
                continue;
            }

            Directory.CreateDirectory(path);
            if (File.Exists(Path.Combine(path, "pids.max")))
            {
                return new PidsCgroup(path);
            }

            Directory.Delete(path);
        }

        return null;
    }

    /// <summary>Moves a process there.</summary>
    public void Add(int process)
    {
        Limit(null);
        File.WriteAllText(Path.Combine(_path, "cgroup.procs"), process.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Sets pids.max; null: no limit.</summary>
    public void Limit(int? threads) =>
        File.WriteAllText(Path.Combine(_path, "pids.max"), threads?.ToString(CultureInfo.InvariantCulture) ?? "max");

    public void Dispose() =>
        Eventually.Get(() => TryRemove(_path), removed => removed, () => $"the end of all processes in {_path}");

    private static bool IsController(string place) =>
        place.EndsWith("/pids", StringComparison.Ordinal)
            ? Directory.Exists(place)
            : File.Exists($"{place}/cgroup.subtree_control") && File.ReadAllText($"{place}/cgroup.subtree_control").Split(' ', '\n').Contains("pids", StringComparer.Ordinal);

    private static bool TryRemove(string path)
    {
        try
        {
            Directory.Delete(path);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }
}
