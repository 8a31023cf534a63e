// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Interop;

/// <summary>
/// native/vhost/guard.c: an access to a file that somebody has truncated does not end the process. In C, since a signal handler
/// may run nothing of the runtime's.
/// </summary>
internal static unsafe partial class Guard
{
    private const string Library = "l2tpv3_vhost";

    [LibraryImport(Library, EntryPoint = "l2tpv3_guard_add")]
    internal static partial int Add(void* start, nuint size);

    [LibraryImport(Library, EntryPoint = "l2tpv3_guard_is_hit")]
    internal static partial int IsHit(int slot);

    [LibraryImport(Library, EntryPoint = "l2tpv3_guard_remove")]
    internal static partial void Remove(int slot);

    /// <summary>One load, once a turn.</summary>
    [LibraryImport(Library, EntryPoint = "l2tpv3_guard_hits")]
    [SuppressGCTransition]
    internal static partial uint Hits();
}
