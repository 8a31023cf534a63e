// SPDX-License-Identifier: GPL-2.0-or-later
//
// Decides for each frame how its datagram is sent.
//
// IPv4 only: what fits the path has DF, so that a router which takes less says so (RFC 1191), and what does not fit is
// fragmented by this host, as the stock backend has it. IPv6 packets are never fragmented on the way (RFC 8200, 5).

using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Transmit;

/// <summary>The rule of one session.</summary>
internal sealed class SendKinds
{
    private readonly PathMtu _pathMtu;
    private readonly SendKind _fitting;
    private readonly SendKind _long;

    public SendKinds(SessionParts parts, SocketPlan plan)
    {
        _pathMtu = parts.PathMtu;
        PathDiscovery system = parts.Socket.DefaultDiscovery;
        _long = new SendKind(system);
        _fitting = new SendKind(system == PathDiscovery.Want && !plan.IsIpv6 ? PathDiscovery.Do : system);
    }

    /// <summary>How the datagram of a frame of this length is sent.</summary>
    public SendKind Of(int frameLength) => _pathMtu.Fits(frameLength) ? _fitting : _long;

    /// <summary>How a datagram is sent that was thought to fit and does not; the same kind when it has been refused for good.</summary>
    public SendKind WhenTooLong(SendKind kind) => kind == _fitting ? _long : kind;
}
