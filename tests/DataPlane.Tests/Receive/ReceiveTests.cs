// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;

namespace DataPlane.Tests.Receive;

/// <summary>Wire to guest, over real sockets.</summary>
public sealed class ReceiveTests(Lab lab)
{
    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void A_datagram_of_the_peer_becomes_a_frame_of_the_guest(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        byte[] frame = TestFrames.Create(60);

        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);

        Assert.Equal(frame, Assert.Single(tunnel.Host.Frames));
        Assert.Equal(1u, tunnel.Session.Counters.ReceivedFrames);
        Assert.Equal(60u, tunnel.Session.Counters.ReceivedBytes);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void A_frame_of_65000_bytes_arrives_whole(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        byte[] frame = TestFrames.Create(65_000);

        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);

        Assert.Equal(frame, Assert.Single(tunnel.Host.Frames));
    }

    [Fact]
    public void Datagrams_that_wait_are_read_64_at_a_time_and_in_order()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(Enumerable.Range(0, 100).Select(i => TestFrames.Create(60 + i)));

        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
        Assert.Equal(64, tunnel.Host.FrameCount);
        tunnel.Session.ReadUntil(100);

        Assert.Equal(2u, tunnel.Session.Counters.ReceiveCalls);
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(TestFrames.Create(60 + i), tunnel.Host.Frames[i]);
        }
    }

    /// <summary>The stock backend accepts a datagram from anybody who knows session and cookie.</summary>
    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void A_foreign_source_is_refused(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind);
        using WirePeer stranger = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        byte[] frame = TestFrames.Create(60, seed: 1);

        tunnel.SendFromPeer(stranger, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)));
        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);

        Assert.Equal(frame, Assert.Single(tunnel.Host.Frames));
        Assert.False(tunnel.Session.ReadIfReadable(TimeSpan.Zero));
    }

    [Fact]
    public void The_right_address_with_a_foreign_port_is_refused()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        using WirePeer stranger = Tunnels.OpenPeer(lab, tunnel.Subnet.Peer, udp: true);

        tunnel.SendFromPeer(stranger, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)));
        tunnel.SendFromPeer(TestFrames.Create(60));
        tunnel.Session.ReadUntil(1);

        Assert.Equal(TestFrames.Create(60), Assert.Single(tunnel.Host.Frames));
    }

    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void With_the_source_check_off_a_foreign_source_is_accepted_and_the_peer_still_answered(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, settings: "source-check=off");
        using WirePeer stranger = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        byte[] frame = TestFrames.Create(60);

        tunnel.SendFromPeer(stranger, tunnel.Netdev.OtherEnd().Datagram(frame));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(frame, Assert.Single(tunnel.Host.Frames));

        tunnel.Session.Send(frame);
        Assert.Equal(tunnel.Netdev.Datagram(frame, counter: 1), tunnel.Peer.Receive());
    }

    [Fact]
    public void While_the_link_is_down_frames_are_dropped_and_counted()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetLink(false);
        tunnel.SendFromPeer(TestFrames.Create(60, seed: 1));
        tunnel.Session.ReadUntilDropped(1);
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.LinkDown));

        tunnel.Session.SetLink(true);
        tunnel.SendFromPeer(TestFrames.Create(60, seed: 2));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(60, seed: 2), Assert.Single(tunnel.Host.Frames));
    }

    [Fact]
    public void Each_kind_of_bad_datagram_is_dropped_and_counted_under_its_name()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        L2tpv3Netdev good = tunnel.Netdev.OtherEnd();
        byte[] frame = TestFrames.Create(60);
        byte[] control = good.Datagram(frame);
        control[0] = 0x80;
        byte[] version2 = good.Datagram(frame);
        version2[1] = 2;

        Check([], DropReason.ShortHeader);
        Check(control, DropReason.ControlMessage);
        Check(version2, DropReason.WrongVersion);
        Check((good with { TransmitSessionId = 99 }).Datagram(frame), DropReason.WrongSession);
        Check((good with { TransmitCookie = 99 }).Datagram(frame), DropReason.WrongCookie);
        Check(good.Datagram(frame.AsSpan(0, 13)), DropReason.Runt);
        Assert.Empty(tunnel.Host.Frames);
        Assert.Equal(0u, tunnel.Session.Counters.ReceivedFrames);

        void Check(byte[] datagram, DropReason reason)
        {
            ulong total = tunnel.Session.Counters.TotalDrops(out _);
            ulong before = tunnel.Session.Counters.Drops(reason);
            tunnel.SendFromPeer(tunnel.Peer, datagram);
            tunnel.Session.ReadUntilDropped(total + 1);
            Assert.Equal(before + 1, tunnel.Session.Counters.Drops(reason));
        }
    }

    /// <summary>No IP datagram is that long, but the rule must not hang on that.</summary>
    [Fact]
    public void A_datagram_longer_than_a_slot_is_dropped_as_truncated()
    {
        (int descriptor, System.Net.Sockets.Socket other) = SystemCalls.UnixPair(sendBuffer: 100_000);
        using System.Net.Sockets.Socket peer = other;
        using FakeHost host = new();
        using PlaneSession session = PlaneSession.Around(descriptor, host);
        byte[] datagram = [0, 0, 0, 2, .. TestFrames.Create(65_532)];

        peer.Send(datagram);
        peer.Send([.. datagram, 1]);
        Assert.True(session.ReadIfReadable(Timeouts.Arrival));

        Assert.Equal(datagram[4..], Assert.Single(host.Frames));
        Assert.Equal(1u, session.Counters.Drops(DropReason.Truncated));
    }

    [Fact]
    public void Readable_without_a_datagram_does_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.Readable();
        Assert.Equal(0u, tunnel.Session.Counters.ReceiveErrors);
        Assert.True(tunnel.Host.WatchesRead);
    }
}
