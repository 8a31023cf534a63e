// SPDX-License-Identifier: GPL-2.0-or-later

namespace Benchmarks;

/// <summary>How every QEMU of the bench is started.</summary>
internal static class QemuLaunch
{
    /// <summary>A plugin that steps aside would be measured as QEMU's own backend: require makes that an error.</summary>
    public static string Settings(CommonOptions options) => $"require,{options.Settings}";

    /// <summary>On these CPUs, and it dies with the bench.</summary>
    public static IReadOnlyList<string> On(string cpus) => ["setpriv", "--pdeathsig", "KILL", "taskset", "--cpu-list", cpus];
}

/// <summary>
/// Who runs where, as taskset lists. Hub bench: the bench on the first CPU, QEMU on the second. Left to the scheduler, the two
/// swap places and share one for a while, and the same backend differs by a third from run to run.
/// Guests: one each; the bench only waits.
/// </summary>
internal static class Cpus
{
    public const string Bench = "0";
    public const string Qemu = "1";
    public const string FirstGuest = "0";
    public const string SecondGuest = "1";
}
