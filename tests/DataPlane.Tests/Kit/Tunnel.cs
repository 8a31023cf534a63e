// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Threading;
using TestKit;

namespace DataPlane.Tests.Kit;

/// <summary>A session, its fake guest, and the other end of the wire.</summary>
internal sealed record Tunnel(L2tpv3Netdev Netdev, Subnet Subnet, FakeHost Host, PlaneSession Session, WirePeer Peer) : IDisposable
{
    /// <summary>The peer sends a frame as the session wants it.</summary>
    public void SendFromPeer(ReadOnlySpan<byte> frame) => SendFromPeer(Peer, Netdev.OtherEnd().Datagram(frame));

    /// <summary>Somebody sends bytes to the session's address.</summary>
    public void SendFromPeer(WirePeer sender, ReadOnlySpan<byte> datagram) =>
        sender.Send(datagram, Netdev.Source, Netdev.SourcePort ?? 0);

    /// <summary>The line of `info network` as of now: the timer that refreshes it has come.</summary>
    public string Info()
    {
        Thread.Sleep(L2tpv3.DataPlane.Guest.AlarmClock.InfoDelayMs + 10);
        Session.Timer();
        return Host.Info;
    }

    public void Dispose()
    {
        Session.Dispose();
        Host.Dispose();
        Peer.Dispose();
    }
}
