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

    public CpuMeter(int processId)
    {
        _processId = processId;
        if (Libc.clock_getcpuclockid(processId, out _clock) != 0)
        {
            throw new ArgumentException($"there is no process {processId}", nameof(processId));
        }

        _cpuStart = ReadCpu();
        _waitStart = ReadWait();
    }

    /// <summary>User and system time. /proc/PID/stat has it too, but in steps of 10 ms.</summary>
    public TimeSpan Cpu => ReadCpu() - _cpuStart;

    /// <summary>Time its threads were ready to run and another program had the CPU.</summary>
    public TimeSpan Waited => ReadWait() - _waitStart;

    private TimeSpan ReadCpu() => Libc.clock_gettime(_clock, out timespec time) == 0
        ? TimeSpan.FromSeconds(time.tv_sec) + TimeSpan.FromMicroseconds(time.tv_nsec / 1e3)
        : throw new InvalidOperationException($"process {_processId} is gone");

    /// <summary>proc(5), schedstat: the second field, in nanoseconds.</summary>
    private TimeSpan ReadWait()
    {
        double nanoseconds = Directory
            .EnumerateFiles($"/proc/{_processId}/task", "schedstat", s_everyThread)
            .Sum(path => double.Parse(File.ReadAllText(path).Split(' ')[1], CultureInfo.InvariantCulture));
        return TimeSpan.FromMicroseconds(nanoseconds / 1e3);
    }
}
