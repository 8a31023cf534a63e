// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Files;

/// <summary>Memory straight from the system (mmap(2)), which goes back there when it is freed.</summary>
internal static unsafe class AnonymousMapping
{
    /// <summary>Maps memory, all zero, none of it resident yet.</summary>
    /// <returns>Its first byte; null when there is none.</returns>
    public static byte* Map(int size)
    {
        void* start = Libc.mmap(null, (nuint)size, LinuxConstants.PROT_READ | LinuxConstants.PROT_WRITE, LinuxConstants.MAP_PRIVATE | LinuxConstants.MAP_ANONYMOUS, -1, 0);
        return start == (void*)-1 ? null : (byte*)start;
    }

    /// <summary>Gives it back.</summary>
    public static void Unmap(byte* start, int size) => _ = Libc.munmap(start, (nuint)size);
}
