// SPDX-License-Identifier: GPL-2.0-or-later

namespace Faults;

/// <summary>What holds for every fault: nothing is unaccounted for, nothing crashes, memory stays, and it is over when its cause is.</summary>
internal static class FaultTest
{
    /// <summary>
    /// A session allocates all it needs when it opens, but its pages are counted when they are touched first: the first pages of
    /// 64 slots to receive into and of 66 for frames that wait for their turn are 520 KiB. The rest is QEMU's own queues.
    /// </summary>
    private const long MemoryLimitKib = 2 * 1024;

    /// <summary>The rows of a theory.</summary>
    public static TheoryData<Encapsulation> Encapsulations => [.. Enum.GetValues<Encapsulation>()];

    /// <summary>Runs one case and judges it.</summary>
    /// <param name="report">Gets the case.</param>
    /// <param name="name">The row.</param>
    /// <param name="pair">The tunnel.</param>
    /// <param name="fault">Makes the fault, and sends through it.</param>
    /// <param name="end">Ends its cause.</param>
    public static void Run(FaultReport report, string name, TunnelPair pair, Action fault, Action end)
    {
        (long all, long got, long dropped) before = Totals(pair);
        long left = pair.Left.MemoryKib;
        long right = pair.Right.MemoryKib;
        fault();
        end();
        TimeSpan recovery = pair.Recover();
        pair.Settle();
        pair.Left.CheckAlive();
        pair.Right.CheckAlive();
        (long all, long got, long dropped) after = Totals(pair);
        FaultCase result = new(
            name,
            after.all - before.all,
            after.got - before.got,
            after.dropped - before.dropped,
            pair.LeftToRight.Unaccounted + pair.RightToLeft.Unaccounted,
            pair.Left.Crashes + pair.Right.Crashes + pair.Left.Counts.InternalErrors + pair.Right.Counts.InternalErrors,
            recovery,
            Math.Max(Math.Max(pair.Left.MemoryKib - left, pair.Right.MemoryKib - right), 0));
        report.Add(result);
        Judge(result, pair);
    }

    private static void Judge(FaultCase result, TunnelPair pair)
    {
        Assert.True(result is { Unaccounted: 0, Crashes: 0 }, $"{result}\n{pair}");
        Assert.True(result.Recovery <= TunnelPair.RecoveryLimit, $"{result}\n{pair}");
        Assert.True(result.MemoryKib <= MemoryLimitKib, $"{result}\n{pair}");
    }

    private static (long All, long Got, long Dropped) Totals(TunnelPair pair)
    {
        Ledger there = pair.LeftToRight;
        Ledger back = pair.RightToLeft;
        return (there.All + back.All, there.Got + back.Got, there.Dropped + back.Dropped);
    }
}
