// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.Interop;

/// <summary>native/vhost/cache.c: a hint for the processor.</summary>
internal static unsafe partial class Cache
{
    /// <summary>The first bytes from here on will be written soon. Any address is right.</summary>
    [LibraryImport("l2tpv3_vhost", EntryPoint = "l2tpv3_expect_write")]
    [SuppressGCTransition]
    internal static partial void ExpectWrite(byte* start);
}
