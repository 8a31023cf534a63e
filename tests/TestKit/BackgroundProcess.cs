// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace TestKit;

/// <summary>A program that runs until its owner ends, all that it has started with it; at the latest when the tests end.</summary>
public sealed class BackgroundProcess : IDisposable
{
    private readonly Process _process;

    /// <summary>Starts it. What it says goes nowhere.</summary>
    public BackgroundProcess(string fileName, params IEnumerable<string> arguments)
    {
        ProcessStartInfo start = new("sh", ["-c", "exec \"$0\" \"$@\" </dev/null >/dev/null 2>&1", fileName, .. arguments]);
        _process = Process.Start(start) ?? throw new InvalidOperationException($"{fileName} did not start");
        Leftovers.Add(this);
    }

    /// <summary>Its process id.</summary>
    public int Id => _process.Id;

    public void Dispose()
    {
        Leftovers.Remove(this);
        _process.Kill(entireProcessTree: true);
        _process.WaitForExit();
        _process.Dispose();
    }
}
