// SPDX-License-Identifier: GPL-2.0-or-later
//
// What the kernel has dropped before it came here: the receive buffer was full (a guest that is stopped, or slower than its
// peer), or a checksum was wrong. The kernel counts it for each socket, and tells nobody who does not ask. What the filter refuses
// is in the same count; that of a socket without a route refuses everything, which is no drop: see DatagramSocket.Refused.

using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>Takes over what the kernel counts of a session's socket.</summary>
internal sealed class SocketDrops
{
    private readonly DatagramSocket _socket;
    private readonly Counters _counters;
    private uint _last;

    /// <summary>Counts from now on.</summary>
    public SocketDrops(DatagramSocket socket, Counters counters)
    {
        _socket = socket;
        _counters = counters;
        Inode = SocketFacts.Inode(_socket.Descriptor);
        Seen = SocketFacts.Drops(_socket.Descriptor);
        _last = unchecked(Seen - _socket.Refused(Seen));
    }

    /// <summary>The socket's number in /proc/net; 0: not known.</summary>
    public ulong Inode { get; }

    /// <summary>What the kernel had counted at the last <see cref="Refresh"/>, refusals too.</summary>
    public uint Seen { get; private set; }

    /// <summary>Asks the kernel.</summary>
    public void Refresh()
    {
        Seen = SocketFacts.Drops(_socket.Descriptor);
        uint now = unchecked(Seen - _socket.Refused(Seen));
        // The kernel's counter has 32 bits and wraps.
        _counters.SocketDrops += unchecked(now - _last);
        _last = now;
    }
}
