// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;

namespace Benchmarks;

/// <summary>How every QEMU of the bench is started.</summary>
internal static class QemuLaunch
{
    /// <summary>A plugin that steps aside would be measured as QEMU's own backend: require makes that an error.</summary>
    public static IReadOnlyDictionary<string, string> Environment(CommonOptions options)
    {
        return new Dictionary<string, string>(StringComparer.Ordinal) { ["QEMU_L2TPV3"] = $"require,{options.Settings}" };
    }

    /// <summary>On these CPUs, and it dies with the bench.</summary>
    public static IReadOnlyList<string> On(string cpus)
    {
        return ["setpriv", "--pdeathsig", "KILL", "taskset", "--cpu-list", cpus];
    }
}
