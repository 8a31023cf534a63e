// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Threading;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// Garbage collections that frames have caused, which is none: no frame allocates. Opening and closing a netdev
/// and asking for its properties do allocate, so collections in these calls do not count.
///
/// Collections are the process's. Where netdevs have threads of their own, such calls overlap: a collection is expected while
/// there is at least one of them. No frame waits for the lock.
/// </summary>
internal static class UnexpectedCollections
{
    private static readonly Lock s_lock = new();
    private static int s_calls;
    private static int s_atBegin;
    private static int s_expected;

    /// <summary>How many there were that nobody expects.</summary>
    public static int Unexpected => GC.CollectionCount(0) - Volatile.Read(ref s_expected);

    /// <summary>A call begins that may allocate.</summary>
    public static void Begin()
    {
        lock (s_lock)
        {
            if (s_calls++ == 0)
            {
                s_atBegin = GC.CollectionCount(0);
            }
        }
    }

    /// <summary>It is over.</summary>
    public static void End()
    {
        lock (s_lock)
        {
            if (--s_calls == 0)
            {
                s_expected += GC.CollectionCount(0) - s_atBegin;
            }
        }
    }
}
