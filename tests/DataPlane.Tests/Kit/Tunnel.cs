// SPDX-License-Identifier: GPL-2.0-or-later

namespace DataPlane.Tests.Kit;

/// <summary>A session, its fake guest, and the other end of the wire.</summary>
internal sealed record Tunnel(L2tpv3Netdev Netdev, Subnet Subnet, FakeHost Host, PlaneSession Session, WirePeer Peer) : IDisposable
{
    /// <summary>The peer sends a frame as the session wants it.</summary>
    public void SendFromPeer(ReadOnlySpan<byte> frame) => SendFromPeer(Peer, Netdev.OtherEnd().Datagram(frame));

    /// <summary>The peer sends some.</summary>
    public void SendFromPeer(IEnumerable<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            SendFromPeer(frame);
        }
    }

    /// <summary>The guest sends frames while nobody listens; each one is answered by ICMP before the next.</summary>
    public void SendToNobody(int frames)
    {
        for (int i = 0; i < frames; i++)
        {
            Session.Send(TestFrames.Create(60, seed: i));
            Assert.True(SystemCalls.IsReadable(Host.WatchedDescriptor, Timeouts.Arrival), $"no ICMP error for frame {i}");
        }
    }

    /// <summary>Asserts that the next frame of the guest, of this number, goes to somebody.</summary>
    public void AssertSends(WirePeer place, uint counter)
    {
        byte[] frame = TestFrames.Create(60, (int)counter);
        Session.Send(frame);
        Assert.Equal(Netdev.Datagram(frame, counter), place.Receive());
    }

    /// <summary>Asserts that the peer gets these frames as the first ones of the session.</summary>
    public void AssertSent(IEnumerable<byte[]> frames)
    {
        uint counter = 0;
        foreach (byte[] frame in frames)
        {
            Assert.Equal(Netdev.Datagram(frame, ++counter), Peer.Receive());
        }
    }

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
