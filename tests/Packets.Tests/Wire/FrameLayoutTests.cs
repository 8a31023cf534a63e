// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.Wire;

public sealed class FrameLayoutTests
{
    private static readonly byte[] s_ethernet = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];

    private static readonly byte[] s_tag = [0x81, 0x00, 0x00, 0x05];

    private static readonly byte[] s_serviceTag = [0x88, 0xa8, 0x00, 0x07];

    public static TheoryData<int, int, int, bool> Shapes()
    {
        TheoryData<int, int, int, bool> shapes = [];
        foreach (int tags in (int[])[0, 4, 8])
        {
            foreach (int version in (int[])[4, 6])
            {
                foreach (int options in (int[])[0, 8, 24])
                {
                    shapes.Add(tags, version, options, true);
                    shapes.Add(tags, version, options, false);
                }
            }
        }

        return shapes;
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_headers_of_a_frame_are_found_whatever_lies_between_them(int tags, int version, int options, bool isTcp)
    {
        TestPacket packet = new()
        {
            Tags = tags == 0 ? [] : tags == 4 ? s_tag : [.. s_serviceTag, .. s_tag],
            IpVersion = version,
            IpOptions = Options(version, options, isTcp),
            Protocol = isTcp ? IpProtocol.Tcp : IpProtocol.Udp,
            TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
            Payload = new byte[100],
        };
        byte[] frame = packet.ToFrame();

        Assert.True(FrameLayout.TryParse(frame.AsSpan(0, packet.HeaderLength), frame.Length, out FrameLayout layout));

        Assert.Equal(version == 4 ? 0x0800 : 0x86DD, layout.EtherType);
        Assert.Equal(version, layout.IpVersion);
        Assert.Equal(14 + tags, layout.NetworkOffset);
        Assert.Equal(packet.TransportOffset, layout.TransportOffset);
        Assert.Equal(packet.HeaderLength, layout.PayloadOffset);
        Assert.Equal(frame.Length, layout.PacketEnd);
        Assert.Equal(packet.Protocol, layout.Protocol);
        Assert.Equal(isTcp, layout.IsTcp);
        Assert.Equal(!isTcp, layout.IsUdp);
        Assert.Equal(options != 0, layout.HasIpOptions);
        Assert.False(layout.IsFragment);
        Assert.False(layout.IsSourceRouted);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_head_that_ends_inside_any_header_is_refused(int tags, int version, int options, bool isTcp)
    {
        TestPacket packet = new()
        {
            Tags = tags == 0 ? [] : tags == 4 ? s_tag : [.. s_serviceTag, .. s_tag],
            IpVersion = version,
            IpOptions = Options(version, options, isTcp),
            Protocol = isTcp ? IpProtocol.Tcp : IpProtocol.Udp,
            TcpOptions = [1, 1, 8, 10, 0, 0, 0, 1, 0, 0, 0, 2],
            Payload = new byte[100],
        };
        byte[] frame = packet.ToFrame();
        using BoundedMemory memory = new(frame.Length);
        for (int length = 0; length < packet.HeaderLength; length++)
        {
            Assert.False(FrameLayout.TryParse(memory.CopyToEnd(frame.AsSpan(0, length)), frame.Length, out _));
        }
    }

    [Theory]
    [InlineData(0x0806)]
    [InlineData(0x0060)]
    [InlineData(0x88b5)]
    public void A_frame_that_is_not_ip_has_a_layout_that_ends_at_its_network_header(int type)
    {
        byte[] frame = [.. s_ethernet, (byte)(type >> 8), (byte)type, 1, 2, 3];
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.Equal((type, 14, 0, 0), (layout.EtherType, layout.NetworkOffset, layout.IpVersion, layout.PayloadOffset));
    }

    [Fact]
    public void A_third_tag_is_not_looked_behind()
    {
        byte[] frame = [.. new TestPacket { Tags = [.. s_serviceTag, .. s_tag, .. s_tag] }.ToFrame()];
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.Equal((0x8100, 0), (layout.EtherType, layout.IpVersion));
    }

    [Theory]
    [InlineData(0x2000)]
    [InlineData(0x0001)]
    [InlineData(0x1FFF)]
    public void An_ipv4_fragment_has_no_transport_header(int fragment)
    {
        byte[] frame = new TestPacket { DontFragment = false, Fragment = (ushort)fragment }.ToFrame();
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.True(layout.IsFragment);
        Assert.False(layout.IsTcp);
        Assert.Equal(34, layout.TransportOffset);
    }

    [Fact]
    public void An_ipv6_fragment_has_no_transport_header()
    {
        byte[] frame = new TestPacket
        {
            IpVersion = 6,
            FirstExtension = IpProtocol.Fragment,
            IpOptions = [IpProtocol.Tcp, 0, 0, 1, 0, 0, 0, 9],
        }.ToFrame();
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.True(layout.IsFragment);
        Assert.False(layout.IsTcp);
        Assert.Equal((IpProtocol.Tcp, 62), (layout.Protocol, layout.TransportOffset));
    }

    [Theory]
    [InlineData(131)]
    [InlineData(137)]
    public void An_ipv4_source_route_is_noticed_behind_other_options(int option)
    {
        byte[] frame = new TestPacket { IpOptions = [1, 7, 3, 4, (byte)option, 7, 4, 10, 0, 0, 9, 0] }.ToFrame();
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.True(layout.IsSourceRouted);
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, true)]
    public void An_ipv6_source_route_is_one_while_segments_are_left(byte segmentsLeft, bool isSourceRouted)
    {
        byte[] routing = [IpProtocol.Tcp, 2, 4, segmentsLeft, .. new byte[20]];
        byte[] frame = new TestPacket { IpVersion = 6, FirstExtension = IpProtocol.Routing, IpOptions = routing }.ToFrame();
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.Equal(isSourceRouted, layout.IsSourceRouted);
        Assert.True(layout.IsTcp);
    }

    [Fact]
    public void Headers_that_contradict_themselves_are_refused()
    {
        Assert.False(Parses(Changed(new TestPacket(), 14, 0x44)));
        Assert.False(Parses(Changed(new TestPacket(), 14, 0x65)));
        Assert.False(Parses(Changed(new TestPacket { IpVersion = 6 }, 14, 0x45)));
        Assert.False(Parses(Changed(new TestPacket(), 34 + 12, 0x40)));
        Assert.False(Parses(Changed(new TestPacket(), 34 + 12, 0x60)));
        Assert.True(Parses(Changed(new TestPacket(), 34 + 12, 0x50)));
    }

    [Fact]
    public void The_stated_length_is_told_and_not_judged()
    {
        byte[] frame = new TestPacket { StatedLength = 0, Payload = new byte[50] }.ToFrame();
        Assert.True(FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout));
        Assert.Equal(14, layout.PacketEnd);
    }

    [Fact]
    public void Random_headers_are_parsed_without_an_exception_and_without_a_look_outside()
    {
        Gen<byte[]> frames =
            from type in Gen.Elements<byte[]>([8, 0], [0x86, 0xDD], [0x81, 0x00, 0, 1, 8, 0], [0x88, 0xA8, 0, 1, 0x81, 0, 0, 2, 0x86, 0xDD])
            from first in Gen.Elements<byte>(0x45, 0x46, 0x4F, 0x60, 0x6F)
            from protocol in Gen.Elements<byte>(0, 6, 17, 43, 44, 60)
            from length in Gen.Choose(0, 120)
            from noise in Gen.Choose(0, 255).ArrayOf(length)
            select Noisy(type, first, protocol, Array.ConvertAll(noise, value => (byte)(value > 128 ? 0 : value)));
        using BoundedMemory memory = new(256);
        Prop.ForAll(frames.ToArbitrary(), frame =>
        {
            bool parses = FrameLayout.TryParse(memory.CopyToEnd(frame), frame.Length, out FrameLayout layout);
            return !parses || (layout.NetworkOffset <= frame.Length && layout.TransportOffset <= frame.Length && layout.PayloadOffset <= frame.Length);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));
    }

    private static byte[] Noisy(byte[] type, byte first, byte protocol, byte[] noise)
    {
        byte[] frame = [.. s_ethernet, .. type, first, .. noise];
        int at = 12 + type.Length + (first >> 4 == 4 ? 9 : 6);
        if (at < frame.Length)
        {
            frame[at] = protocol;
        }

        return frame;
    }

    private static byte[] Options(int version, int length, bool isTcp)
    {
        byte[] options = new byte[length];
        if (version == 4)
        {
            options.AsSpan().Fill(1);
        }
        else if (length != 0)
        {
            options[0] = isTcp ? IpProtocol.Tcp : IpProtocol.Udp;
            options[1] = (byte)((length / 8) - 1);
        }

        return options;
    }

    private static byte[] Changed(TestPacket packet, int at, byte value)
    {
        byte[] frame = packet.ToFrame();
        frame[at] = value;
        return frame;
    }

    private static bool Parses(byte[] frame) => FrameLayout.TryParse(frame, frame.Length, out _);
}
