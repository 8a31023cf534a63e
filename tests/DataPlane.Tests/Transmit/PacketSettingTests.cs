// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Transmit;

/// <summary>TOS, TTL, DF and checksum of the packets on the wire, as captured there.</summary>
public sealed class PacketSettingTests(Lab lab)
{
    private const byte Dscp = 0xB8;

    public static TheoryData<string> Kinds => Tunnels.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_fixed_class_and_TTL_are_on_every_packet(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, "tos=0xb8,ttl=7");
        using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
        Assert.Equal((Dscp, (byte)7), Class(Send(tunnel, capture, TestFrames.Create(60))));
        Assert.Equal((Dscp, (byte)7), Class(Send(tunnel, capture, new TestPacket { Tos = 0x20 }.ToFrame())));
    }

    /// <summary>The DSCP alone: RFC 6040, 4.1, for a tunnel whose other end does not read ECN.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void An_inherited_class_is_the_frames_DSCP(string kind)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, "tos=inherit");
        using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
        Assert.Equal(Dscp, Class(Send(tunnel, capture, new TestPacket { Tos = Dscp | 3 }.ToFrame())).Class);
        Assert.Equal(Dscp, Class(Send(tunnel, capture, new TestPacket { IpVersion = 6, Tos = Dscp, Tags = [0x81, 0, 0, 5] }.ToFrame())).Class);
        Assert.Equal(0, Class(Send(tunnel, capture, new TestPacket { Tos = 1 }.ToFrame())).Class);
        Assert.Equal(0, Class(Send(tunnel, capture, TestFrames.Create(60))).Class);
    }

    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    public void Frames_of_different_classes_do_not_join_a_run_and_keep_their_order(string kind)
    {
        byte[] classes = [0, 0, Dscp, Dscp, 0x20, 0, 0];
        using Tunnel tunnel = Tunnels.Open(lab, kind, "tos=inherit");
        using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
        tunnel.Session.Send(classes.Select(tos => new TestPacket { Tos = tos, Payload = new byte[100] }.ToFrame()));

        for (uint i = 0; i < classes.Length; i++)
        {
            byte[] frame = new TestPacket { Tos = classes[i], Payload = new byte[100] }.ToFrame();
            Assert.Equal(tunnel.Netdev.Datagram(frame, i + 1), tunnel.Peer.Receive());
        }

        // A run crosses loopback as one packet, and each packet passes the capture twice: out and in.
        byte[] seen = [.. Enumerable.Range(0, 8).Select(_ => Class(capture.Receive()).Class)];
        Assert.Equal([0, 0, Dscp, Dscp, 0x20, 0x20, 0, 0], seen);
        Assert.Equal(1u, tunnel.Session.Counters.TransmitCalls);
    }

    [Theory]
    [InlineData("", true, true)]
    [InlineData("df=on", true, true)]
    [InlineData("df=off", false, false)]
    [InlineData("df=inherit", true, false)]
    public void DF_of_IPv4_packets_is_as_set(string settings, bool withInner, bool withoutInner)
    {
        foreach (string kind in (string[])["udp4", "raw4"])
        {
            using Tunnel tunnel = Tunnels.Open(lab, kind, settings);
            using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
            Assert.Equal(withInner, HasDontFragment(Send(tunnel, capture, new TestPacket { DontFragment = true }.ToFrame())));
            Assert.Equal(withoutInner, HasDontFragment(Send(tunnel, capture, new TestPacket { DontFragment = false }.ToFrame())));
            Assert.Equal(withInner, HasDontFragment(Send(tunnel, capture, new TestPacket { IpVersion = 6 }.ToFrame())));
            Assert.Equal(withoutInner, HasDontFragment(Send(tunnel, capture, TestFrames.Create(60))));
        }
    }

    /// <summary>A run is longer than the path; each of its datagrams must have DF all the same (__ip_make_skb).</summary>
    [Theory]
    [InlineData("", true)]
    [InlineData("df=off", false)]
    public void Runs_have_DF_as_single_datagrams_do(string settings, bool expected)
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4", settings);
        using LoopbackCapture capture = new(narrow.Lab.Network, tunnel.Subnet.Peer);
        tunnel.Session.Send(TestFrames.Burst(4, 1000));
        byte[] packet = capture.Receive();
        Assert.InRange(packet.Length, 4000, 5000);
        Assert.Equal(expected, HasDontFragment(packet));
    }

    [Theory]
    [InlineData("udp4", "")]
    [InlineData("udp6", "")]
    [InlineData("raw4", "")]
    [InlineData("raw6", "")]
    [InlineData("udp4", "df=off")]
    [InlineData("raw4", "df=inherit")]
    public void What_is_longer_than_the_path_is_fragmented_and_arrives(string kind, string settings)
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, kind, settings);
        byte[][] frames = [TestFrames.Create(60), TestFrames.Create(1514), TestFrames.Create(1514, 2), TestFrames.Create(61)];
        tunnel.Session.Send(frames);

        for (uint i = 0; i < frames.Length; i++)
        {
            Assert.Equal(tunnel.Netdev.Datagram(frames[i], i + 1), tunnel.Peer.Receive());
        }

        Assert.Equal(2u, tunnel.Session.Counters.FragmentedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.SendErrors);
    }

    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    [InlineData("raw4")]
    [InlineData("raw6")]
    public void With_df_on_what_is_longer_than_the_path_is_dropped_and_the_rest_arrives(string kind)
    {
        using NarrowLab narrow = new();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, kind, "df=on");
        tunnel.Session.Send(((int[])[60, 1514, 61]).Select(size => TestFrames.Create(size)));

        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), tunnel.Peer.Receive());
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(61), 3), tunnel.Peer.Receive());
        Assert.Equal(1u, tunnel.Session.Counters.Drops(DropReason.SendFailed));
        Assert.Equal(0u, tunnel.Session.Counters.FragmentedFrames);
    }

    [Theory]
    [InlineData("udp4", "udp-csum=off", true)]
    [InlineData("udp6", "udp-csum=off", true)]
    [InlineData("udp6", "udp-csum=on", false)]
    [InlineData("udp6", "", false)]
    public void A_UDP_checksum_can_be_left_out(string kind, string settings, bool isZero)
    {
        using Tunnel tunnel = Tunnels.Open(lab, kind, settings);
        using LoopbackCapture capture = new(lab.Network, tunnel.Subnet.Peer);
        byte[] packet = Send(tunnel, capture, TestFrames.Create(60));
        int udp = kind is "udp4" ? Ipv4Header.MinimumLength : Ipv6Header.Length;
        Assert.Equal(isZero, BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(udp + 6)) == 0);
    }

    [Fact]
    public void Two_ends_without_checksums_hear_each_other_over_IPv6()
    {
        int[] sizes = [.. Enumerable.Repeat(60, 100)];
        using Pair pair = Pair.Open(lab, ipv6: true, "udp-csum=off");
        pair.Send(sizes);
        pair.AssertReceived(sizes);
    }

    [Fact]
    public void A_device_is_the_only_way_in_and_out()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4", "bind-device=lo");
        tunnel.Session.Send(TestFrames.Create(60));
        Assert.Equal(tunnel.Netdev.Datagram(TestFrames.Create(60), 1), tunnel.Peer.Receive());

        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Tunnels.Open(lab, "udp4", "bind-device=none0"));
        Assert.EndsWith("bind-device=none0 cannot be used (No such device); give an interface of this host", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_checksum_is_for_UDP_alone()
    {
        InvalidOperationException e = Assert.Throws<InvalidOperationException>(() => Tunnels.Open(lab, "raw6", "udp-csum=off"));
        Assert.EndsWith("udp-csum= is for udp=on; leave it out", e.Message, StringComparison.Ordinal);
    }

    private static byte[] Send(Tunnel tunnel, LoopbackCapture capture, byte[] frame)
    {
        tunnel.Session.Send(frame);
        byte[] packet = capture.Receive();

        // Each packet passes twice: out and in.
        Assert.Equal(packet, capture.Receive());
        return packet;
    }

    private static (byte Class, byte Ttl) Class(byte[] packet) => packet[0] >> 4 == 4
        ? (packet[1], packet[8])
        : ((byte)(BinaryPrimitives.ReadUInt16BigEndian(packet) >> 4), packet[7]);

    private static bool HasDontFragment(byte[] packet) => (packet[6] & 0x40) != 0;
}
