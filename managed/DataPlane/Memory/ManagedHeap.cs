// SPDX-License-Identifier: GPL-2.0-or-later
//
// The end of the managed heap is no OutOfMemoryException: the collector, which needs memory for its own tables then, ends the
// process (seen on .NET 9 and 10). So it must never be reached. What is kept is kept by netdevs, some 10 KB each, and so no
// netdev is opened when half of the heap is used. The other half is for what calls leave behind until the next
// collection; each leaves little, since every text of the host is measured first.

using System;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Memory;

/// <summary>How much of the managed heap may be in use.</summary>
internal static class ManagedHeap
{
    /// <summary>Half of System.GC.HeapHardLimit (DataPlane.csproj), or of what another host of the plane has.</summary>
    private static readonly long s_mostBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 2;

    /// <summary>For tests: another limit on this thread; 0: the usual one.</summary>
    [ThreadStatic]
    internal static long OtherMost;

    /// <summary>Makes sure that another netdev has room.</summary>
    /// <exception cref="OptionException">There is none.</exception>
    public static void CheckRoom()
    {
        long most = OtherMost == 0 ? s_mostBytes : OtherMost;
        if (GC.GetTotalMemory(forceFullCollection: false) <= most)
        {
            return;
        }

        // Most of it may be what nobody needs any more.
        GC.Collect();
        if (GC.GetTotalMemory(forceFullCollection: false) > most)
        {
            throw new OptionException($"the netdevs of this process use {most >> 20} MiB of managed memory, which is their limit; remove some, or start another QEMU", LinuxConstants.ENOMEM);
        }
    }
}
