// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Receive;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;
using SocketAddress = L2tpv3.DataPlane.Sockets.SocketAddress;

namespace DataPlane.Tests.Receive;

/// <summary>source-check=roam: the peer is where the last good frame came from.</summary>
public sealed class RoamingTests(Lab lab)
{
    private const string Roam = "source-check=roam";

    public static TheoryData<string> Kinds => Tunnels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_good_frame_from_elsewhere_moves_the_peer_there_and_back(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, Roam);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        tunnel.AssertSends(tunnel.Peer, 1);

        tunnel.SendFromPeer(elsewhere, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60, 7)));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(60, 7), Assert.Single(tunnel.Host.Frames));
        tunnel.AssertSends(elsewhere, 2);
        Assert.Null(tunnel.Peer.TryReceive(TimeSpan.Zero));
        string place = tunnel.Netdev.IsUdp ? elsewhere.LocalEndPoint.ToString() : tunnel.Subnet.Stranger;
        Assert.Contains($" -> {place}, session", tunnel.Info(), StringComparison.Ordinal);

        tunnel.SendFromPeer(TestFrames.Create(60, 8));
        tunnel.Session.ReadUntil(2);
        tunnel.AssertSends(tunnel.Peer, 3);

        // Two senders by turns are not a line per frame.
        Assert.Equal((Severity.Information, $"l2tpv3 netdev 'n0': the peer is at {place} now"), Assert.Single(tunnel.Host.Reports));
    }

    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    public void Another_port_of_the_same_address_is_elsewhere(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, Roam);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Peer, udp: true);
        tunnel.SendFromPeer(elsewhere, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));
        tunnel.Session.ReadUntil(1);
        tunnel.AssertSends(elsewhere, 1);
    }

    /// <summary>A batch that could not be sent follows the peer, too.</summary>
    [Fact]
    public void Frames_that_wait_to_be_sent_go_to_the_new_place()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", Roam);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true);
        tunnel.Session.Transmit(TestFrames.Create(60));
        tunnel.SendFromPeer(elsewhere, tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60)));
        tunnel.Session.ReadUntil(1);

        tunnel.Session.RunIfScheduled();

        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), elsewhere.Receive());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_bad_frame_moves_nothing(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, Roam);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        L2tpv3Netdev other = tunnel.Netdev.OtherEnd();
        tunnel.SendFromPeer(elsewhere, (other with { TransmitCookie = other.TransmitCookie ^ 1 }).Datagram(TestFrames.Create(60)));
        tunnel.SendFromPeer(elsewhere, other.Datagram(TestFrames.Create(13)));
        tunnel.Session.ReadUntilDropped(2);

        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.WrongCookie));
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.Runt));
        tunnel.AssertSends(tunnel.Peer, 1);
        Assert.Empty(tunnel.Host.Reports);
    }

    /// <summary>A move costs system calls and memory, a frame does not.</summary>
    [Fact]
    public void Two_senders_by_turns_move_the_peer_ten_times_a_second_at_most()
    {
        const int turns = 200;
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", Roam);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true);
        byte[] datagram = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60));
        tunnel.Host.KeepsFrames = false;
        Turn(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < turns; i++)
        {
            tunnel.SendFromPeer(i % 2 == 0 ? tunnel.Peer : elsewhere, datagram);
        }

        long sending = GC.GetAllocatedBytesForCurrentThread() - before;
        before = GC.GetAllocatedBytesForCurrentThread();
        tunnel.Session.ReadUntil(turns + 10);
        Assert.True(sending > 0, "allocation is counted");
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);

        // Who is left sends on, and is followed.
        Thread.Sleep(110);
        tunnel.SendFromPeer(elsewhere, datagram);
        tunnel.Session.ReadUntil(turns + 11);
        tunnel.AssertSends(elsewhere, 1);

        void Turn(int frames)
        {
            for (int i = 0; i < frames; i++)
            {
                tunnel.SendFromPeer(datagram.AsSpan(tunnel.Netdev.HeaderSize));
            }

            tunnel.Session.ReadUntil(frames);
        }
    }

    /// <summary>Who has the cookie moves the peer as often as he likes, and must not be able to make a garbage collection.</summary>
    [Theory]
    [InlineData("udp4", "")]
    [InlineData("udp6", "")]
    [InlineData("raw6", "")]
    [InlineData("udp4", ",pcap-wire=")]
    public void A_move_allocates_nothing(string kind, string capture)
    {
        const int moves = 50;
        using TemporaryDirectory directory = new();
        string settings = Roam + (capture.Length == 0 ? string.Empty : capture + directory.File("wire.pcap"));
        using Tunnel tunnel = Tunnels.Open(lab, kind, settings);
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, tunnel.Netdev.IsUdp);
        byte[] datagram = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60));
        tunnel.Host.KeepsFrames = false;
        Move(2);

        Assert.Equal(0, Move(moves));

        Assert.Equal(2 * (moves + 2), tunnel.Host.FrameCount);

        long Move(int count)
        {
            long allocated = 0;
            for (int i = 0; i < count; i++)
            {
                tunnel.SendFromPeer(i % 2 == 0 ? elsewhere : tunnel.Peer, datagram);
                Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));
                MovedAt(RoamingOf(tunnel.Session.Inner)!) -= 1000;
                tunnel.SendFromPeer(i % 2 == 0 ? tunnel.Peer : elsewhere, datagram);
                long before = GC.GetAllocatedBytesForCurrentThread();
                tunnel.Session.Readable();
                tunnel.Session.Timer();
                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
                MovedAt(RoamingOf(tunnel.Session.Inner)!) -= 1000;
            }

            return allocated;
        }
    }

    /// <summary>Where the peer is now is told at last, though not at each move.</summary>
    [Fact]
    public void A_move_that_may_not_be_told_at_once_is_told_later()
    {
        using FakeHost host = new();
        Roaming roaming = new(new GuestPort(host.Table), "n0", Address("192.0.2.1"));
        for (int i = 2; i < 10; i++)
        {
            Assert.True(roaming.HasMoved(Address($"192.0.2.{i}").Bytes));
            MovedAt(roaming) -= 1000;
        }

        Assert.Equal("n0: the peer is at 192.0.2.2:1702 now", Assert.Single(host.Reports).Text);
        roaming.CheckLog(Environment.TickCount64 + LogAllowance.PeriodMs);
        Assert.Equal("n0: the peer is at 192.0.2.9:1702 now", host.Reports[1].Text);
        roaming.CheckLog(Environment.TickCount64 + (2 * LogAllowance.PeriodMs));
        Assert.Equal(2, host.Reports.Count);

        static SocketAddress Address(string text) => AddressResolver.Resolve("dst", text, "1702", ipv6: false);
    }

    /// <summary>The kernel sends nothing to port 0, so the answers would be lost.</summary>
    [Fact]
    public void A_frame_from_port_0_is_delivered_and_moves_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", Roam);
        IPAddress plane = IPAddress.Parse(tunnel.Subnet.Plane);
        byte[] datagram = tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60));
        byte[] packet = [0, 0, Tunnels.PlanePort >> 8, Tunnels.PlanePort & 0xFF, 0, (byte)(8 + datagram.Length), 0, 0, .. datagram];
        using Socket raw = lab.Run(() => RawSocket.Open(plane, (int)ProtocolType.Udp));
        raw.Bind(new IPEndPoint(IPAddress.Parse(tunnel.Subnet.Peer), 0));
        raw.SendTo(packet, new IPEndPoint(plane, 0));
        tunnel.Session.ReadUntil(1);
        tunnel.AssertSends(tunnel.Peer, 1);
    }

    /// <summary>Who captures a frame can send it again; with numbers it is old then.</summary>
    [Fact]
    public void With_sequence_numbers_a_repeated_frame_moves_nothing()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", Roam + ",seq=recv", netdev => netdev with { Counter = NetdevCounter.Off });
        using WirePeer elsewhere = Tunnels.OpenPeer(lab, tunnel.Subnet.Stranger, udp: true);
        byte[] datagram = tunnel.Netdev.OtherEnd().Datagram([0x40, 0, 0, 9, .. TestFrames.Create(60)]);
        tunnel.SendFromPeer(tunnel.Peer, datagram);
        tunnel.Session.ReadUntil(1);
        tunnel.SendFromPeer(elsewhere, datagram);
        tunnel.Session.ReadUntilDropped(1);

        tunnel.Session.Send(TestFrames.Create(60));
        Assert.Equal(tunnel.Netdev.HeaderSize + 64, tunnel.Peer.Receive().Length);
    }

    [Theory]
    [InlineData(Roam, CookieSize.None)]
    [InlineData(Roam, CookieSize.Bits32)]
    [InlineData(Roam + ",rxcookie=01020304,txcookie=0102030405060708", CookieSize.None)]
    public void Without_a_receive_cookie_of_64_bits_it_is_refused(string settings, CookieSize cookie)
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(
            () => Tunnels.Open(lab, "udp4", settings, netdev => netdev with { Cookie = cookie, TransmitCookie = 1, ReceiveCookie = 2 }));
        Assert.EndsWith("source-check=roam needs a receive cookie of 64 bits; give rxcookie= with 16 hexadecimal digits", e.Message, StringComparison.Ordinal);
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_roaming")]
    private static extern ref Roaming? RoamingOf(L2tpv3.DataPlane.Session session);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_movedAt")]
    private static extern ref long MovedAt(Roaming roaming);
}
