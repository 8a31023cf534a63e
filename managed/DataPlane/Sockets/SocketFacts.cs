// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>What the kernel knows of a socket.</summary>
internal static unsafe class SocketFacts
{
    /// <summary>What the kernel has counted of a socket; always 0 where it does not tell.</summary>
    public static uint Drops(int descriptor)
    {
        uint* words = stackalloc uint[LinuxConstants.SK_MEMINFO_VARS];
        uint length = LinuxConstants.SK_MEMINFO_VARS * sizeof(uint);
        // SAFETY: the option gives at most as many words as it is told, which live on this stack (sock_diag(7)).
        bool isKnown = Libc.getsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_MEMINFO, words, &length) == 0
            && length > LinuxConstants.SK_MEMINFO_DROPS * sizeof(uint);
        return isKnown ? words[LinuxConstants.SK_MEMINFO_DROPS] : 0;
    }

    /// <summary>The number of a socket in /proc/net; 0: not known.</summary>
    public static ulong Inode(int descriptor)
    {
        stat attributes;
        // SAFETY: fstat fills the struct, which lives on this stack.
        return Libc.fstat(descriptor, &attributes) == 0 ? attributes.st_ino : 0;
    }
}
