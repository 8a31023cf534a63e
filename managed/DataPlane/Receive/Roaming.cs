// SPDX-License-Identifier: GPL-2.0-or-later
//
// source-check=roam: the peer is where the last good frame came from, as with WireGuard. Good means the right 64-bit
// cookie; whoever can read the tunnel knows it, or sends a copy of an old datagram, and moves the peer (RFC 3931, 8.2),
// which IPsec prevents. The true peer is followed again with its next frame. Each move costs some system calls, so there
// are ten a second at most: two senders by turns do not cost more than one. It costs no memory: who can move the peer must
// not be able to make garbage.
//
// The socket is not connected, so the kernel does not tell it the path MTU: PathMtu asks a socket of its own, see PathProbe.

using System;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Receive;

/// <summary>Where the peer is.</summary>
internal sealed class Roaming
{
    private const long RestMs = 100;

    /// <summary>Two lines a minute, as LogAllowance has it, but not both at once: two senders by turns are one line then.</summary>
    private const long QuietMs = LogAllowance.PeriodMs / 2;

    private readonly GuestPort _guest;
    private readonly string _name;
    private long _toldAt = -QuietMs;
    private long _movedAt = -RestMs;

    /// <summary>Begins with the configured peer.</summary>
    public Roaming(GuestPort guest, string name, SocketAddress peer)
    {
        _guest = guest;
        _name = name;
        Peer = new SocketAddress(peer.Bytes);
    }

    /// <summary>The peer's present address: always the same object.</summary>
    public SocketAddress Peer { get; }

    /// <summary>The log does not say yet where the peer is: <see cref="CheckLog"/> is to be called again.</summary>
    public bool OwesLine { get; private set; }

    /// <summary>The user has moved the peer, and is told so.</summary>
    public void Set(SocketAddress peer)
    {
        Peer.CopyFrom(peer.Bytes);
        OwesLine = false;
    }

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
        if (now - _movedAt < RestMs || source.Length != Peer.Bytes.Length)
        {
            return false;
        }

        if (Peer.Port != 0 && SocketAddress.PortOf(source) == 0)
        {
            // UDP may come from port 0, but nothing can be sent there.
            return false;
        }

        Peer.CopyFrom(source);
        _movedAt = now;
        OwesLine = true;
        CheckLog(now);
        return true;
    }

    /// <summary>Says where the peer is, as far as it may be said now.</summary>
    public void CheckLog(long now)
    {
        if (OwesLine && now - _toldAt >= QuietMs)
        {
            using LogLine line = LogLine.Begin();
            _toldAt = now;
            OwesLine = false;
            _guest.Report(Severity.Information, $"{_name}: the peer is at {Peer} now");
        }
    }
}
