// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net;
using System.Text.Json;
using DataPlane.Tests.Memory;
using L2tpv3.DataPlane.Interop;

namespace DataPlane.Tests.Sockets;

/// <summary>
/// fd=: a socket that was handed in is taken over whole, or refused in words and left alone. A program that another test starts
/// meanwhile would inherit it, and have its port until it ends: no other test runs.
/// </summary>
[Collection(nameof(AloneDefinition))]
public sealed class InheritedSocketTests(Lab lab)
{
    private const int Port = 1701;

    public static TheoryData<string, bool> Kinds => new()
    {
        { "udp4", false }, { "udp4", true }, { "udp6", false }, { "udp6", true }, { "raw4", false }, { "raw4", true }, { "raw6", false }, { "raw6", true },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_socket_carries_frames_both_ways_whether_it_was_bound_or_not(string kind, bool bound)
    {
        Subnet subnet = lab.Subnet(kind.EndsWith('6'));
        using Descriptor handedIn = lab.Run(() => Descriptor.Open(kind, bound ? subnet.Plane : null, Port));
        using WirePeer peer = lab.Run(() => kind.StartsWith("udp", StringComparison.Ordinal) ? WirePeer.Udp(subnet.Peer) : WirePeer.RawIp(subnet.Peer));
        L2tpv3Netdev netdev = Netdev(kind, subnet) with { DestinationPort = kind.StartsWith("udp", StringComparison.Ordinal) ? peer.Port : null };
        using FakeHost host = new();
        using PlaneSession session = PlaneSession.Open(lab, host, netdev, $"fd={handedIn.Number},stats=off");
        byte[] frame = TestFrames.Create(60);

        session.Send(frame);
        Assert.Equal(netdev.Datagram(frame), peer.Receive());
        peer.Send(netdev.OtherEnd().Datagram(frame), subnet.Plane, netdev.IsUdp ? Port : 0);
        session.ReadUntil(1);
        Assert.Equal([frame], host.Frames);
    }

    [Fact]
    public void The_netdev_has_the_socket_alone_and_it_ends_with_it()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor handedIn = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        string socket = handedIn.Target();
        using FakeHost host = new();
        using (PlaneSession session = PlaneSession.Open(lab, host, Netdev("udp4", subnet), $"n0.fd={handedIn.Number},stats=off"))
        {
            Assert.Equal(socket, Descriptor.TargetOf(host.WatchedDescriptor));
            Assert.Single(Descriptor.NumbersOf(socket));
            // O_CLOEXEC | O_NONBLOCK | O_RDWR, octal.
            Assert.Contains("flags:\t02004002", File.ReadAllText($"/proc/self/fdinfo/{host.WatchedDescriptor}"), StringComparison.Ordinal);
        }

        Assert.Empty(Descriptor.NumbersOf(socket));
    }

    public static TheoryData<string, string, string> WrongSockets => new()
    {
        { "closed", "udp4", "fd=N is not open; open it in the program that starts QEMU, and let QEMU inherit it" },
        { "file", "udp4", "fd=N is not a UDP socket of IPv4; check udp= and ipv6=, or open another" },
        { "stream", "udp4", "fd=N is not a UDP socket of IPv4; check udp= and ipv6=, or open another" },
        { "udp6", "udp4", "fd=N is not a UDP socket of IPv4; check udp= and ipv6=, or open another" },
        { "raw4", "udp4", "fd=N is not a UDP socket of IPv4; check udp= and ipv6=, or open another" },
        { "udp4", "udp6", "fd=N is not a UDP socket of IPv6; check udp= and ipv6=, or open another" },
        { "udp4", "raw4", "fd=N is not a raw socket of IPv4 and protocol 115; check udp= and ipv6=, or open another" },
        { "icmp", "raw4", "fd=N is not a raw socket of IPv4 and protocol 115; check udp= and ipv6=, or open another" },
        { "raw4", "raw6", "fd=N is not a raw socket of IPv6 and protocol 115; check udp= and ipv6=, or open another" },
        { "own", "udp4", "fd=N is not inherited: QEMU opened it itself, or another netdev uses it; give the number of a socket that the program that starts QEMU has opened" },
        { "connected", "udp4", "fd=N is connected already; do not connect it, the netdev does that" },
        { "elsewhere", "udp4", "fd=N is bound to 127.9.9.9:1701, and not to src=127.0.0.1:1701; give both the same address" },
        { "elsewhere", "raw4", "fd=N is bound to 127.9.9.9, and not to src=127.0.0.1; give both the same address" },
        { "port", "udp4", "fd=N is bound to 127.0.0.1:1702, and not to src=127.0.0.1:1701; give both the same address" },
    };

    [Theory]
    [MemberData(nameof(WrongSockets))]
    public void A_wrong_descriptor_is_refused_in_words_and_left_alone(string what, string kind, string message)
    {
        using Descriptor handedIn = lab.Run(() => Wrong(what, kind));
        string before = handedIn.State();
        using FakeHost host = new();

        string options = JsonSerializer.Serialize(Netdev(kind, new Subnet(kind.EndsWith('6') ? "::1" : "127.0.0.1", kind.EndsWith('6') ? "::1" : "127.0.0.2", string.Empty)).Options());
        int result = PlaneSession.TryOpen(lab, host, options, $"fd={handedIn.Number},stats=off", out PlaneSession? session, out string error);

        Assert.Null(session);
        Assert.Equal(string.Equals(what, "closed", StringComparison.Ordinal) ? -LinuxConstants.EBADF : -LinuxConstants.EINVAL, result);
        Assert.Equal($"l2tpv3 netdev 'n0': {message}", error.Replace($"fd={handedIn.Number} ", "fd=N ", StringComparison.Ordinal));
        Assert.Equal(before, handedIn.State());
    }

    [Fact]
    public void After_an_error_the_number_is_as_it_was_and_can_be_taken_by_another_try()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor handedIn = lab.Run(() => Descriptor.Open("udp4", null, Port));
        using Descriptor inTheWay = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        using FakeHost host = new();
        string options = JsonSerializer.Serialize(Netdev("udp4", subnet).Options());

        int result = PlaneSession.TryOpen(lab, host, options, $"fd={handedIn.Number},stats=off", out _, out string error);
        Assert.Equal(-LinuxConstants.EADDRINUSE, result);
        Assert.Contains("srcport=1701 is in use", error, StringComparison.Ordinal);
        Assert.Single(Descriptor.NumbersOf(handedIn.Target()));

        inTheWay.Dispose();
        using PlaneSession session = PlaneSession.Open(lab, host, Netdev("udp4", subnet), $"fd={handedIn.Number},stats=off");
    }

    [Fact]
    public void Two_netdevs_cannot_have_one_socket()
    {
        Subnet subnet = lab.Subnet();
        using Descriptor handedIn = lab.Run(() => Descriptor.Open("udp4", subnet.Plane, Port));
        using FakeHost host = new();
        using PlaneSession first = PlaneSession.Open(lab, host, Netdev("udp4", subnet), $"fd={handedIn.Number},stats=off");
        string options = JsonSerializer.Serialize((Netdev("udp4", subnet) with { Id = "n1" }).Options());

        // Its number is free again, and the netdev's own one is not inherited.
        PlaneSession.TryOpen(lab, host, options, $"n1.fd={handedIn.Number},stats=off", out _, out string byNumber);
        PlaneSession.TryOpen(lab, host, options, $"n1.fd={host.WatchedDescriptor},stats=off", out _, out string byOwn);

        Assert.StartsWith($"l2tpv3 netdev 'n1': fd={handedIn.Number} is not ", byNumber, StringComparison.Ordinal);
        Assert.StartsWith($"l2tpv3 netdev 'n1': fd={host.WatchedDescriptor} is not inherited", byOwn, StringComparison.Ordinal);
    }

    /// <summary>Who opens it may; QEMU need not.</summary>
    [Theory]
    [InlineData("raw4")]
    [InlineData("raw6")]
    public void Raw_IP_needs_no_capability_then(string kind)
    {
        Subnet subnet = lab.Subnet(kind.EndsWith('6'));
        using Descriptor handedIn = lab.Run(() => Descriptor.Open(kind, bound: null, Port));
        using FakeHost host = new();
        int result = lab.Run(() =>
        {
            for (int capability = 0; capability <= 40; capability++)
            {
                SystemCalls.DropCapability(capability);
            }

            int opened = PlaneSession.TryOpenHere(host, JsonSerializer.Serialize(Netdev(kind, subnet).Options()), $"fd={handedIn.Number},stats=off", out PlaneSession? session);
            session?.Dispose();
            return opened;
        });
        Assert.Equal(0, result);
    }

    private static L2tpv3Netdev Netdev(string kind, Subnet subnet)
    {
        bool udp = kind.StartsWith("udp", StringComparison.Ordinal);
        return new L2tpv3Netdev { Source = subnet.Plane, Destination = subnet.Peer, SourcePort = udp ? Port : null, DestinationPort = udp ? Port : null };
    }

    private static Descriptor Wrong(string what, string kind) => what switch
    {
        "closed" => Descriptor.Closed(),
        "file" => Descriptor.OfFile(),
        "own" => Descriptor.Open("udp4", bound: null, Port).SetCloseOnExec(),
        "connected" => Descriptor.Open("udp4", bound: null, Port).Connect(new IPEndPoint(IPAddress.Loopback, Port)),
        "elsewhere" => Descriptor.Open(kind, "127.9.9.9", Port),
        "port" => Descriptor.Open(kind, "127.0.0.1", Port + 1),
        _ => Descriptor.Open(what, bound: null, Port),
    };
}
