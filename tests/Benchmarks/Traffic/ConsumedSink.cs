// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;

namespace Benchmarks.Traffic;

/// <summary>
/// Counts what QEMU took from the wire when nobody sees where it goes: what the sender's socket accepted less what QEMU's
/// socket had no room for. What waits in that socket is counted too; in a saturated run that is the same at both
/// ends of the window.
/// </summary>
internal sealed class ConsumedSink(CountingSource source, Func<long> lost) : IFrameSink
{
    // The kernel's table of sockets is a file of text: reading it for every batch would be most of the sender's work.
    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(5);

    private readonly long _lostBefore = lost();
    private long _asked = Stopwatch.GetTimestamp();
    private long _lost;

    public long Count()
    {
        if (Stopwatch.GetElapsedTime(_asked) > s_interval)
        {
            _lost = lost() - _lostBefore;
            _asked = Stopwatch.GetTimestamp();
        }

        return source.Sent - _lost;
    }

    public void Dispose()
    {
    }
}
