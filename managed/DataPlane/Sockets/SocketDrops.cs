// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel has dropped before it came here: the receive buffer was full (a guest that is stopped, or slower than its
// peer), or a checksum was wrong. The kernel counts it for each socket, and tells nobody who does not ask. What the filter refuses
// is in the same count; that of a socket without a route refuses everything, which is no drop: see DatagramSocket.Refused.

using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Takes over what the kernel counts of a session's socket.</summary>
internal sealed unsafe class SocketDrops
{
    private readonly DatagramSocket _socket;
    private readonly Counters _counters;
    private uint _last;

    /// <summary>Counts from now on.</summary>
    public SocketDrops(SessionParts parts)
    {
        _socket = parts.Socket;
        _counters = parts.Counters;
        Inode = InodeOf(_socket.Descriptor);
        Seen = Kernel(_socket.Descriptor);
        _last = unchecked(Seen - _socket.Refused(Seen));
    }

    /// <summary>The socket's number in /proc/net; 0: not known.</summary>
    public ulong Inode { get; }

    /// <summary>What the kernel had counted at the last <see cref="Refresh"/>, refusals too.</summary>
    public uint Seen { get; private set; }

    /// <summary>Asks the kernel.</summary>
    public void Refresh()
    {
        Seen = Kernel(_socket.Descriptor);
        uint now = unchecked(Seen - _socket.Refused(Seen));
        // The kernel's counter has 32 bits and wraps.
        _counters.SocketDrops += unchecked(now - _last);
        _last = now;
    }

    /// <summary>What the kernel has counted of a socket; always 0 where it does not tell.</summary>
    internal static uint Kernel(int descriptor)
    {
        uint* words = stackalloc uint[LinuxConstants.SK_MEMINFO_VARS];
        uint length = LinuxConstants.SK_MEMINFO_VARS * sizeof(uint);
        // SAFETY: the option gives at most as many words as it is told, which live on this stack (sock_diag(7)).
        bool isKnown = Libc.getsockopt(descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_MEMINFO, words, &length) == 0
            && length > LinuxConstants.SK_MEMINFO_DROPS * sizeof(uint);
        return isKnown ? words[LinuxConstants.SK_MEMINFO_DROPS] : 0;
    }

    private static ulong InodeOf(int descriptor)
    {
        stat attributes;
        // SAFETY: fstat fills the struct, which lives on this stack.
        return Libc.fstat(descriptor, &attributes) == 0 ? attributes.st_ino : 0;
    }
}
