// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace L2tpv3.Stat.Interop;

/// <summary>What .NET has no names for: the flags of open(2), and who owns a file.</summary>
internal static partial class Libc
{
    /// <summary>O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC: never through a symbolic link, never waiting for a FIFO's writer.</summary>
    internal const int ReadSafely = 0x800 | 0x2_0000 | 0x8_0000;

    /// <summary>O_RDONLY | O_DIRECTORY | O_CLOEXEC.</summary>
    internal const int ReadDirectory = 0x1_0000 | 0x8_0000;

    /// <summary>AT_FDCWD.</summary>
    internal const int WorkingDirectory = -100;

    /// <summary>AT_EMPTY_PATH: the open file itself.</summary>
    internal const int ItselfOpen = 0x1000;

    /// <summary>STATX_MODE | STATX_UID.</summary>
    internal const uint ModeAndOwner = 0x2 | 0x8;

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle openat(int dirfd, string pathname, int flags);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int statx(SafeFileHandle dirfd, string pathname, int flags, uint mask, out FileAttributes buffer);

    /// <summary>struct statx, as far as it is wanted (statx(2)): the same on every architecture.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    internal struct FileAttributes
    {
        [FieldOffset(20)]
        public uint Owner;

        [FieldOffset(28)]
        public ushort Mode;
    }
}
