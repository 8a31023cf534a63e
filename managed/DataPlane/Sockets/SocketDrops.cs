// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel has dropped before it came here: the receive buffer was full (a guest that is stopped, or slower than its
// peer), or a checksum was wrong. The kernel counts it for each socket, and tells nobody who does not ask.

using L2tpv3.DataPlane.Diagnostics;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Takes over what the kernel counts of a session's socket.</summary>
internal sealed unsafe class SocketDrops
{
    private readonly DatagramSocket _socket;
    private readonly Counters _counters;
    private uint _last;

    /// <summary>Counts from now on: the filter that a new socket has refuses a few, too.</summary>
    public SocketDrops(SessionParts parts)
    {
        _socket = parts.Socket;
        _counters = parts.Counters;
        _last = Read();
    }

    /// <summary>Asks the kernel.</summary>
    public void Refresh()
    {
        uint now = Read();
        // The kernel's counter has 32 bits and wraps.
        _counters.SocketDrops += unchecked(now - _last);
        _last = now;
    }

    private uint Read()
    {
        uint* words = stackalloc uint[LinuxConstants.SK_MEMINFO_VARS];
        uint length = LinuxConstants.SK_MEMINFO_VARS * sizeof(uint);
        // SAFETY: the option gives at most as many words as it is told, which live on this stack (sock_diag(7)).
        bool isKnown = Libc.getsockopt(_socket.Descriptor, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_MEMINFO, words, &length) == 0
            && length > LinuxConstants.SK_MEMINFO_DROPS * sizeof(uint);
        return isKnown ? words[LinuxConstants.SK_MEMINFO_DROPS] : _last;
    }
}
