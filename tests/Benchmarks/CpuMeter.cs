// SPDX-License-Identifier: GPL-2.0-or-later
using Benchmarks.Interop;

namespace Benchmarks;

/// <summary>The CPU time of another process, all threads, from a moment on.</summary>
internal sealed class CpuMeter
{
    private static readonly EnumerationOptions s_everyThread = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1 };

    private readonly int _processId;
    private readonly int _clock;
    private readonly TimeSpan _cpuStart;
    private readonly TimeSpan _waitStart;
    private readonly TimeSpan _mainStart;

    public CpuMeter(int processId)
    {
        _processId = processId;
        if (Libc.clock_getcpuclockid(processId, out _clock) != 0)
        {
            throw new ArgumentException($"there is no process {processId}", nameof(processId));
        }

        _cpuStart = ReadCpu();
        _waitStart = ReadWait();
        _mainStart = ReadMain();
    }

    /// <summary>User and system time. /proc/PID/stat has it too, but in steps of 10 ms.</summary>
    public TimeSpan Cpu => ReadCpu() - _cpuStart;

    /// <summary>The same of its main thread, which runs QEMU's main loop: netdevs, and the devices' queues.</summary>
    public TimeSpan Main => ReadMain() - _mainStart;

    /// <summary>Time its threads were ready to run and another program had the CPU.</summary>
    public TimeSpan Waited => ReadWait() - _waitStart;

    private TimeSpan ReadCpu() => Libc.clock_gettime(_clock, out timespec time) == 0
        ? TimeSpan.FromSeconds(time.tv_sec) + TimeSpan.FromMicroseconds(time.tv_nsec / 1e3)
        : throw new InvalidOperationException($"process {_processId} is gone");

    private TimeSpan ReadMain() => Nanoseconds($"/proc/{_processId}/task/{_processId}/schedstat", 0);

    private TimeSpan ReadWait() => Directory
        .EnumerateFiles($"/proc/{_processId}/task", "schedstat", s_everyThread)
        .Aggregate(TimeSpan.Zero, (sum, path) => sum + Nanoseconds(path, 1));

    /// <summary>proc(5), schedstat: time on a CPU, and time waited for one.</summary>
    private static TimeSpan Nanoseconds(string path, int field) =>
        TimeSpan.FromMicroseconds(double.Parse(File.ReadAllText(path).Split(' ')[field], CultureInfo.InvariantCulture) / 1e3);
}
