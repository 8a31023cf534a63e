// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Threading;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// Garbage collections that frames have caused, which is none: no frame allocates. Opening and closing a netdev
/// and asking for its properties do allocate, so collections in these calls do not count.
///
/// Collections are the process's. Where netdevs have threads of their own, such calls may overlap, and a collection that falls
/// into two of them is expected once.
/// </summary>
internal static class UnexpectedCollections
{
    private static int s_expected;

    /// <summary>How many there were that nobody expects.</summary>
    public static int Unexpected => GC.CollectionCount(0) - Volatile.Read(ref s_expected);

    /// <summary>A call begins that may allocate. Such calls are not nested on a thread.</summary>
    public static int Begin() => Unexpected;

    /// <summary>It is over.</summary>
    /// <param name="before">What <see cref="Begin"/> gave.</param>
    public static void End(int before)
    {
        int expected = GC.CollectionCount(0) - before;
        int known = Volatile.Read(ref s_expected);
        while (expected > known)
        {
            int seen = Interlocked.CompareExchange(ref s_expected, expected, known);
            if (seen == known)
            {
                return;
            }

            known = seen;
        }
    }
}
