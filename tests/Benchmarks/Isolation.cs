// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Benchmarks;

/// <summary>
/// Starts the bench again inside a network namespace of its own, where the names, addresses and ports it uses cannot
/// meet anybody's, and which vanishes with it. A mount namespace comes along, since /sys shows the devices of the network
/// namespace in which it was mounted. Not root: a user namespace gives the right to do both.
/// </summary>
internal static class Isolation
{
    private const string Marker = "QEMU_L2TPV3_BENCH_ISOLATED";

    public static bool IsInside => Environment.GetEnvironmentVariable(Marker) is not null;

    /// <summary>Runs this program with the same arguments inside; returns its exit status.</summary>
    public static int Rerun(IEnumerable<string> arguments, CommonOptions options)
    {
        string self = Environment.ProcessPath ?? throw new InvalidOperationException("the program does not know its path");
        List<string> command = ["--net", "--mount"];
        if (!Environment.IsPrivilegedProcess)
        {
            command.AddRange(["--user", "--map-root-user"]);
        }

        const string Prepare = "mount -t sysfs sysfs /sys && ip link set lo up && exec \"$@\"";
        command.AddRange(["sh", "-c", Prepare, "sh"]);
        if (options.RealTime)
        {
            command.AddRange(["chrt", "--rr", "1"]);
        }

        command.AddRange(["setpriv", "--pdeathsig", "KILL", "taskset", "--cpu-list", Cpus.Bench, self]);
        command.AddRange(arguments);
        ProcessStartInfo start = new("unshare", command);
        start.Environment[Marker] = "1";
        start.Environment[Plugin.PathVariable] = options.Plugin.FullName;
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("cannot start unshare");
        process.WaitForExit();
        return process.ExitCode;
    }
}
