// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Collections.Generic;
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Text;
using QemuL2tpv3.Benchmarks.Interop;

namespace QemuL2tpv3.Benchmarks.Hub;

/// <summary>
/// A QEMU without a machine: only its main loop, the netdevs and the hub between them. It dies with the bench
/// (setpriv --pdeathsig) and runs on a CPU of its own.
/// </summary>
internal sealed class QemuProcess : IDisposable
{
    private static readonly EnumerationOptions s_everyThread = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1 };
    private static readonly TimeSpan s_exitTimeout = TimeSpan.FromSeconds(5);

    private readonly Process _process;
    private readonly StringBuilder _errors = new();
    private readonly int _cpuClock;

    public QemuProcess(string qemu, FileInfo? plugin, string netdev, string guestSide)
    {
        List<string> arguments = ["--pdeathsig", "KILL", "taskset", "--cpu-list", Cpus.Qemu, "env"];
        if (plugin is not null)
        {
            // A plugin that steps aside would be measured as itself: require makes that an error.
            arguments.AddRange([$"LD_PRELOAD={plugin.FullName}", "QEMU_L2TPV3=require"]);
        }

        arguments.AddRange([qemu, "-M", "none", "-nodefaults", "-display", "none"]);
        arguments.AddRange(["-netdev", $"{netdev},id=wire", "-netdev", "hubport,id=h0,hubid=0,netdev=wire"]);
        arguments.AddRange(["-netdev", $"{guestSide},id=guest", "-netdev", "hubport,id=h1,hubid=0,netdev=guest"]);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("setpriv", arguments)
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
                UseShellExecute = false,
            },
        };
        _process.ErrorDataReceived += (_, line) => Append(line.Data);
        _ = _process.Start();
        _process.BeginErrorReadLine();
        int error = Libc.clock_getcpuclockid(_process.Id, out _cpuClock);
        if (error != 0)
        {
            throw new Win32Exception(error);
        }
    }

    /// <summary>User and system time of all its threads (/proc/PID/stat has it in steps of 10 ms only).</summary>
    public TimeSpan CpuTime()
    {
        return Libc.clock_gettime(_cpuClock, out timespec time) == 0
            ? TimeSpan.FromSeconds(time.tv_sec) + TimeSpan.FromMicroseconds(time.tv_nsec / 1e3)
            : throw new InvalidOperationException($"QEMU is gone: {Errors()}");
    }

    /// <summary>Time its threads were ready to run and waited for a CPU (proc(5), schedstat: second field, nanoseconds).</summary>
    public TimeSpan WaitTime()
    {
        double nanoseconds = Directory
            .EnumerateFiles($"/proc/{_process.Id}/task", "schedstat", s_everyThread)
            .Sum(path => double.Parse(File.ReadAllText(path).Split(' ')[1], CultureInfo.InvariantCulture));
        return TimeSpan.FromMicroseconds(nanoseconds / 1e3);
    }

    public void ThrowIfExited()
    {
        if (_process.HasExited)
        {
            throw new InvalidOperationException(
                string.Create(CultureInfo.InvariantCulture, $"QEMU ended with status {_process.ExitCode}: {Errors()}"));
        }
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _ = Libc.kill(_process.Id, Libc.SIGTERM);
            if (!_process.WaitForExit(s_exitTimeout))
            {
                _process.Kill();
                _process.WaitForExit();
            }
        }

        _process.Dispose();
    }

    private void Append(string? line)
    {
        lock (_errors)
        {
            _ = _errors.AppendLine(line);
        }
    }

    private string Errors()
    {
        lock (_errors)
        {
            return _errors.ToString().Trim();
        }
    }
}
