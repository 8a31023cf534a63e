// SPDX-License-Identifier: GPL-2.0-or-later
//
// source-check=roam: the peer is where the last good frame came from, as with WireGuard. Good means the right 64-bit
// cookie; whoever can read the tunnel knows it, or sends a copy of an old datagram, and moves the peer (RFC 3931, 8.2),
// which IPsec prevents. The true peer is followed again with its next frame. Each move costs an address and some system
// calls, so there are ten a second at most: two senders by turns do not cost more than one.
//
// The socket is not connected, so the kernel does not tell it the path MTU: PathMtu asks a socket of its own, see PathProbe.

using System;
using L2tpv3.DataPlane.Hosting;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Where the peer is.</summary>
internal sealed class Roaming
{
    private const long QuietMs = 10_000;
    private const long RestMs = 100;

    private readonly Host _host;
    private readonly string _name;
    private long _toldAt = -QuietMs;
    private long _movedAt = -RestMs;

    /// <summary>Begins with the configured peer.</summary>
    public Roaming(Host host, string name, SocketAddress peer)
    {
        _host = host;
        _name = name;
        Peer = peer;
    }

    /// <summary>The peer's present address.</summary>
    public SocketAddress Peer { get; private set; }

    /// <summary>The user has moved the peer.</summary>
    public void Set(SocketAddress peer) => Peer = peer;

    /// <summary>A good frame has come.</summary>
    /// <param name="source">From this sockaddr.</param>
    /// <returns>The peer is at another place than before.</returns>
    public bool HasMoved(ReadOnlySpan<byte> source)
    {
        if (Peer.IsSameAs(source))
        {
            return false;
        }

        long now = Environment.TickCount64;
        if (now - _movedAt < RestMs)
        {
            return false;
        }

        SocketAddress place = new(source);
        if (Peer.Port != 0 && place.Port == 0)
        {
            // UDP may come from port 0, but nothing can be sent there.
            return false;
        }

        Peer = place;
        _movedAt = now;
        if (now - _toldAt >= QuietMs)
        {
            // Two senders by turns would be a line per frame.
            _toldAt = now;
            _host.Report(Severity.Information, $"{_name}: the peer is at {Peer} now");
        }

        return true;
    }
}
