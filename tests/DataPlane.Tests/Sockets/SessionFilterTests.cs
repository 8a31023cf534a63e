// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Net.Sockets;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;
using SocketAddress = L2tpv3.DataPlane.Sockets.SocketAddress;

namespace DataPlane.Tests.Sockets;

/// <summary>The filter programs on real raw sockets: what they refuse does not even wake the reader.</summary>
public sealed class SessionFilterTests(Lab lab)
{
    private const uint OurSession = 0x81020304;
    private static readonly byte[] s_ours = [0x81, 2, 3, 4, 0xEE];
    private static readonly byte[] s_foreign = [0x81, 2, 3, 5, 0xEE];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_our_session_comes_through(bool ipv6)
    {
        Subnet subnet = lab.Subnet(ipv6);
        using Socket socket = Open(subnet, SessionFilter.AcceptSession(ipv6, OurSession, source: null));
        using WirePeer peer = Tunnels.OpenPeer(lab, subnet.Peer, udp: false);

        AssertRefused(socket, peer, subnet, s_foreign);
        AssertRefused(socket, peer, subnet, [0x81, 2, 3]);
        AssertRefused(socket, peer, subnet, []);
        AssertAccepted(socket, peer, subnet, s_ours);
        AssertAccepted(socket, peer, subnet, s_ours[..4]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void With_a_source_only_that_source_comes_through(bool ipv6)
    {
        Subnet subnet = lab.Subnet(ipv6);
        SocketAddress source = AddressResolver.Resolve("dst", subnet.Peer, service: null, ipv6);
        using Socket socket = Open(subnet, SessionFilter.AcceptSession(ipv6, OurSession, source));
        using WirePeer peer = Tunnels.OpenPeer(lab, subnet.Peer, udp: false);
        using WirePeer stranger = Tunnels.OpenPeer(lab, subnet.Stranger, udp: false);

        AssertRefused(socket, stranger, subnet, s_ours);
        AssertRefused(socket, peer, subnet, s_foreign);
        AssertAccepted(socket, peer, subnet, s_ours);
    }

    /// <summary>The session id lies behind the IP options; a program that counts on 20 bytes looks into them.</summary>
    [Theory]
    [InlineData(4)]
    [InlineData(24)]
    [InlineData(40)]
    public void IP_options_in_front_do_not_matter(int length)
    {
        Subnet subnet = lab.Subnet();
        SocketAddress source = AddressResolver.Resolve("dst", subnet.Peer, service: null, ipv6: false);
        using Socket socket = Open(subnet, SessionFilter.AcceptSession(ipv6: false, OurSession, source));
        using WirePeer peer = Tunnels.OpenPeer(lab, subnet.Peer, udp: false);
        byte[] noOperation = new byte[length];
        noOperation.AsSpan().Fill(1);
        peer.SetIpOptions(noOperation);

        AssertRefused(socket, peer, subnet, s_foreign);
        AssertAccepted(socket, peer, subnet, s_ours);
        byte[] packet = new byte[100];
        peer.Send(s_ours, subnet.Plane);
        Assert.True(socket.Poll(Timeouts.Arrival, SelectMode.SelectRead));
        Assert.Equal(20 + length + s_ours.Length, socket.Receive(packet));
        Assert.Equal(0x40 | (5 + (length / 4)), packet[0]);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_first_program_refuses_everything(bool ipv6)
    {
        Subnet subnet = lab.Subnet(ipv6);
        using Socket socket = Open(subnet, SessionFilter.RefuseAll());
        using WirePeer peer = Tunnels.OpenPeer(lab, subnet.Peer, udp: false);
        AssertRefused(socket, peer, subnet, s_ours);

        Assert.True(SocketOpener.SetFilter((int)socket.Handle, null).IsNone);
        AssertAccepted(socket, peer, subnet, s_ours);
    }

    [Theory]
    [InlineData("raw4")]
    [InlineData("raw6")]
    public void Two_sessions_between_the_same_addresses_do_not_wake_each_other(string kind)
    {
        using Tunnel first = Tunnels.Open(lab, kind);
        L2tpv3Netdev netdev = first.Netdev with { ReceiveSessionId = first.Netdev.ReceiveSessionId + 1 };
        using FakeHost host = new();
        using PlaneSession second = PlaneSession.Open(lab, host, netdev);

        first.SendFromPeer(first.Peer, netdev.OtherEnd().Datagram(TestFrames.Create(60)));
        second.ReadUntil(1);

        Assert.False(SystemCalls.IsReadable(first.Host.WatchedDescriptor, Timeouts.Silence));
    }

    private static void AssertAccepted(Socket socket, WirePeer peer, Subnet subnet, byte[] datagram)
    {
        peer.Send(datagram, subnet.Plane);
        Assert.True(socket.Poll(Timeouts.Arrival, SelectMode.SelectRead));
        byte[] packet = new byte[100];
        int length = socket.Receive(packet);
        Assert.Equal(datagram, packet[(length - datagram.Length)..length]);
    }

    /// <summary>A second socket without a filter sees the datagram, so it has come when the first one has nothing.</summary>
    private void AssertRefused(Socket socket, WirePeer sender, Subnet subnet, byte[] datagram)
    {
        using WirePeer witness = Tunnels.OpenPeer(lab, subnet.Plane, udp: false);
        sender.Send(datagram, subnet.Plane);
        Assert.Equal(datagram, witness.Receive());
        Assert.Equal(0, socket.Available);
    }

    private Socket Open(Subnet subnet, sock_filter[] program) => lab.Run(() =>
    {
        IPAddress address = IPAddress.Parse(subnet.Plane);
        Socket socket = RawSocket.Open(address, WirePeer.L2tpProtocol);
        Assert.True(SocketOpener.SetFilter((int)socket.Handle, program).IsNone);
        socket.Bind(new IPEndPoint(address, 0));
        RawSocket.Drain(socket);
        return socket;
    });
}
