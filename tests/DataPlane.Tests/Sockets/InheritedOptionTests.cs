// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;
using DataPlane.Tests.Memory;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Sockets;

/// <summary>
/// fd=: whatever was set on the socket, and whatever waits in it, it is as a new one then, or refused. No other test runs, see
/// <see cref="InheritedSocketTests"/>.
/// </summary>
[Collection(nameof(AloneDefinition))]
public sealed class InheritedOptionTests(Lab lab)
{
    private const int Port = 1701;

    /// <summary>Kind of socket, level, option, a value that a new socket does not have.</summary>
    public static TheoryData<string, int, int, int> Options => new()
    {
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMP, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMP_NEW, 1 },
        { "udp6", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPNS_NEW, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMPING, 0x1A },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RXQ_OVFL, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVMARK, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_PEEK_OFF, 4 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_RCVLOWAT, 5000 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_DONTROUTE, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_NO_CHECK, 1 },
        { "udp4", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_REUSEADDR, 1 },
        { "udp6", LinuxConstants.SOL_SOCKET, LinuxConstants.SO_REUSEPORT, 1 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_PKTINFO, 1 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVTTL, 1 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVTOS, 1 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVERR, 1 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_TOS, 0xB8 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_TTL, 3 },
        { "udp4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_MTU_DISCOVER, LinuxConstants.IP_PMTUDISC_PROBE },
        { "udp4", LinuxConstants.SOL_UDP, LinuxConstants.UDP_SEGMENT, 100 },
        { "udp6", LinuxConstants.SOL_UDP, LinuxConstants.UDP_SEGMENT, 100 },
        { "udp4", LinuxConstants.SOL_UDP, LinuxConstants.UDP_CORK, 1 },
        { "udp6", LinuxConstants.SOL_UDP, LinuxConstants.UDP_CORK, 1 },
        { "udp6", LinuxConstants.SOL_UDP, LinuxConstants.UDP_NO_CHECK6_TX, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVPKTINFO, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVHOPLIMIT, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_2292HOPLIMIT, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVTCLASS, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_RECVERR, 1 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_TCLASS, 0xB8 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_UNICAST_HOPS, 3 },
        { "udp6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_DONTFRAG, 1 },
        { "raw4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_HDRINCL, 1 },
        { "raw4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_NODEFRAG, 1 },
        { "raw4", LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVOPTS, 1 },
        { "raw6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_CHECKSUM, 4 },
        { "raw6", LinuxConstants.IPPROTO_IPV6, LinuxConstants.IPV6_HDRINCL, 1 },
    };

    [Theory]
    [MemberData(nameof(Options))]
    public void An_option_that_was_set_is_as_on_a_new_socket_and_frames_go_both_ways_whole(string kind, int level, int option, int value)
    {
        bool udp = kind.StartsWith("udp", StringComparison.Ordinal);
        Subnet subnet = lab.Subnet(kind.EndsWith('6'));
        using Descriptor fresh = lab.Run(() => Descriptor.Open(kind, bound: null, Port));
        using Descriptor handedIn = lab.Run(() => Descriptor.Open(kind, subnet.Plane, Port));
        int usual = SystemCalls.GetOption(fresh.Number, level, option);
        SystemCalls.SetOption(handedIn.Number, level, option, value);
        Assert.NotEqual(usual, SystemCalls.GetOption(handedIn.Number, level, option));
        using WirePeer peer = lab.Run(() => udp ? WirePeer.Udp(subnet.Peer) : WirePeer.RawIp(subnet.Peer));
        L2tpv3Netdev netdev = Netdev(subnet, udp) with { DestinationPort = udp ? peer.Port : null };
        using FakeHost host = new();
        using PlaneSession session = PlaneSession.Open(lab, host, netdev, $"fd={handedIn.Number},stats=off");
        byte[] frame = TestFrames.Create(300);

        Assert.Equal(usual, SystemCalls.GetOption(host.WatchedDescriptor, level, option));
        session.Send(frame);
        Assert.Equal(netdev.Datagram(frame), peer.Receive());
        peer.Send(netdev.OtherEnd().Datagram(frame), subnet.Plane, udp ? Port : 0);
        session.ReadUntil(1);
        Assert.Equal([frame], host.Frames);
    }

    [Fact]
    public void Ten_frames_of_a_run_stay_ten_when_time_stamps_were_asked_for()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor handedIn = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        SystemCalls.SetOption(handedIn.Number, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_TIMESTAMP, 1);
        using FakeHost host = new();
        using FakeHost otherHost = new();
        L2tpv3Netdev netdev = Netdev(subnet, udp: true);
        using PlaneSession session = PlaneSession.Open(lab, host, netdev, $"fd={handedIn.Number},stats=off");
        using PlaneSession other = PlaneSession.Open(lab, otherHost, netdev.OtherEnd(), "stats=off");
        other.Send(TestFrames.Burst(10, 207));
        session.ReadUntil(10);
        Assert.Equal([.. Enumerable.Range(0, 10).Select(i => TestFrames.Create(207, i))], host.Frames);
        Assert.Contains("\"gro-runs\":1,", session.Get("statistics"), StringComparison.Ordinal);
    }

    /// <summary>An error is told in front of what waits, and hides it from who stops there.</summary>
    [Fact]
    public void What_strangers_have_sent_before_is_not_taken_even_behind_an_error()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor handedIn = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        L2tpv3Netdev netdev = Netdev(subnet, udp: true);
        using WirePeer stranger = lab.Run(() => WirePeer.Udp(subnet.Stranger));
        stranger.Send(netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)), subnet.Plane, Port);
        SystemCalls.SetOption(handedIn.Number, LinuxConstants.IPPROTO_IP, LinuxConstants.IP_RECVERR, 1);
        handedIn.SendTo(subnet.Peer, Port);
        Thread.Sleep(50);

        using FakeHost host = new();
        using PlaneSession session = PlaneSession.Open(lab, host, netdev, $"fd={handedIn.Number},stats=off");
        Assert.False(session.ReadIfReadable(TimeSpan.Zero));
        Assert.Empty(host.Frames);
    }

    [Fact]
    public void A_locked_filter_and_a_socket_that_is_shut_down_are_refused_in_words()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor locked = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        SystemCalls.SetOption(locked.Number, LinuxConstants.SOL_SOCKET, LinuxConstants.SO_LOCK_FILTER, 1);
        Assert.Equal("has the option SO_LOCK_FILTER, which cannot be reset (Operation not permitted); open the socket without it", Refusal(locked, subnet));
        locked.Dispose();

        using Descriptor shut = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        SystemCalls.ShutDownReading(shut.Number);
        Assert.Equal("is shut down (shutdown(2)), which cannot be undone; open another", Refusal(shut, subnet));
    }

    /// <summary>It is readable for ever then, and there is nothing to read: the event loop would never sleep again.</summary>
    [Fact]
    public void A_socket_that_another_holder_shuts_down_is_looked_at_now_and_then_and_told_once()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        SystemCalls.ShutDownReading(tunnel.Host.WatchedDescriptor);
        int reads = 0;
        long end = Environment.TickCount64 + 300;
        while (Environment.TickCount64 < end)
        {
            if (tunnel.Session.ReadIfReadable(TimeSpan.Zero))
            {
                reads++;
            }
            else
            {
                Thread.Sleep(5);
                tunnel.Session.Timer();
            }
        }

        Assert.InRange(reads, 16, 16 * 31);
        (_, string text) = Assert.Single(tunnel.Host.Reports, report => report.Text.Contains("shut", StringComparison.Ordinal));
        Assert.Contains("another process has shut down the socket of fd=", text, StringComparison.Ordinal);
        tunnel.SendFromPeer(TestFrames.Create(60));
        Eventually.IsTrue(
            () =>
            {
                tunnel.Session.Timer();
                _ = tunnel.Session.ReadIfReadable(TimeSpan.FromMilliseconds(5));
                return tunnel.Host.FrameCount > 0;
            },
            "a frame");

        Assert.Equal([TestFrames.Create(60)], (IEnumerable<byte[]>)tunnel.Host.Frames);
    }

    private string Refusal(Descriptor handedIn, Subnet subnet)
    {
        using FakeHost host = new();
        string options = JsonSerializer.Serialize(Netdev(subnet, udp: true).Options());
        PlaneSession.TryOpen(lab, host, options, $"fd={handedIn.Number},stats=off", out PlaneSession? session, out string error);
        Assert.Null(session);
        return error.Replace($"l2tpv3 netdev 'n0': fd={handedIn.Number} ", string.Empty, StringComparison.Ordinal);
    }

    private static L2tpv3Netdev Netdev(Subnet subnet, bool udp) =>
        new() { Source = subnet.Plane, Destination = subnet.Peer, SourcePort = udp ? Port : null, DestinationPort = udp ? Port : null };
}
