// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace L2tpv3.Stat.Interop;

/// <summary>open(2), for the flags that .NET has no names for.</summary>
internal static partial class Libc
{
    /// <summary>O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC: never through a symbolic link, never waiting for a FIFO's writer.</summary>
    internal const int ReadSafely = 0x800 | 0x2_0000 | 0x8_0000;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string pathname, int flags);
}
