// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>A guest that asks for nonsense loses that frame, and it is counted under its reason; the next one goes out.</summary>
public sealed class BadVnetHeaderTests(Lab lab)
{
    private const int HeaderLength = 12;

    private static readonly TestPacket s_tcp = new() { Payload = Noise.Bytes(3000, 1), FieldSum = FieldSum.PseudoHeader };

    private static readonly TestPacket s_udp = s_tcp with { Protocol = IpProtocol.Udp };

    private static readonly VnetHeader s_large = s_tcp.Vnet(1000);

    private static readonly VnetHeader s_checksum = s_large with { GsoType = GsoType.None, GsoSize = 0 };

    private static readonly Dictionary<string, (DropReason Reason, VnetHeader Header, byte[] Frame)> s_cases = new(StringComparer.Ordinal)
    {
        ["a gso_type that does not exist"] = (DropReason.UnknownGsoType, s_large with { GsoType = (GsoType)2 }, s_tcp.ToFrame()),
        ["UFO"] = (DropReason.UnknownGsoType, s_udp.Vnet(1000) with { GsoType = (GsoType)3 }, s_udp.ToFrame()),
        ["ECN alone"] = (DropReason.UnknownGsoType, s_large with { GsoType = GsoType.Ecn }, s_tcp.ToFrame()),
        ["a gso_size of 0"] = (DropReason.BadGsoSize, s_large with { GsoSize = 0 }, s_tcp.ToFrame()),
        ["a gso_size of 0xFFFF"] = (DropReason.BadGsoSize, s_large with { GsoSize = 0xFFFF }, s_tcp.ToFrame()),
        ["TSO for IPv6 on IPv4"] = (DropReason.GsoTypeMismatch, s_large with { GsoType = GsoType.TcpIpv6 }, s_tcp.ToFrame()),
        ["TSO on UDP"] = (DropReason.GsoTypeMismatch, s_udp.Vnet(1000) with { GsoType = GsoType.TcpIpv4 }, s_udp.ToFrame()),
        ["TSO on what is not IP"] = (DropReason.GsoTypeMismatch, s_large, TestFrames.Create(3000)),
        ["129 datagrams"] = (DropReason.TooManySegments, s_udp.Vnet(23), (s_udp with { Payload = new byte[23 * 129] }).ToFrame()),
        ["csum_start in the IP header"] = (DropReason.BadChecksumField, s_large with { CsumStart = 33 }, s_tcp.ToFrame()),
        ["csum_offset of UDP in TCP"] = (DropReason.BadChecksumField, s_large with { CsumOffset = 6 }, s_tcp.ToFrame()),
        ["a checksum behind the frame"] = (DropReason.BadChecksumField, s_checksum with { CsumOffset = 0xFFFF }, s_tcp.ToFrame()),
        ["a checksum that the last byte cuts"] = (DropReason.BadChecksumField, s_checksum with { CsumOffset = 3054 - 34 - 1 }, s_tcp.ToFrame()),
        ["USO without NEEDS_CSUM"] = (DropReason.BadChecksumField, s_udp.Vnet(1000) with { Flags = 0 }, s_udp.ToFrame()),
        ["a TCP header that the frame's end cuts"] = (DropReason.BadGuestHeaders, s_large, s_tcp.ToFrame()[..53]),
        ["an IPv6 version in an IPv4 header"] = (DropReason.BadGuestHeaders, s_large, [.. s_tcp.ToFrame()[..14], 0x65, .. s_tcp.ToFrame()[15..]]),
        ["more than one IP packet"] = (DropReason.FrameTooLong, s_large, [.. s_tcp.ToFrame(), .. new byte[63_000]]),
        ["a frame that fits no datagram"] = (DropReason.FrameTooLong, default, new byte[65_536]),
        ["a segment that fits no datagram"] = (DropReason.FrameTooLong, s_udp.Vnet(65_490), (s_udp with { Payload = new byte[65_490] }).ToFrame()),
        ["a frame of 13 bytes"] = (DropReason.GuestRunt, default, new byte[13]),
        ["nothing behind the vnet header"] = (DropReason.GuestRunt, s_large, []),
    };

    public static TheoryData<string> Cases => [.. s_cases.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public void A_bad_frame_is_dropped_and_counted_and_the_next_one_is_sent(string what)
    {
        (DropReason reason, VnetHeader header, byte[] frame) = s_cases[what];
        using Tunnel tunnel = Open();
        byte[] bytes = VnetFrame.FromGuest(header, HeaderLength, frame);

        Assert.Equal(bytes.Length, tunnel.Session.TransmitInPieces(bytes, 1000));
        Assert.Equal(bytes.Length, tunnel.Session.Transmit(bytes));

        AssertDropped(tunnel, reason, 2);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(9)]
    [InlineData(11)]
    public void A_frame_shorter_than_the_vnet_header_is_dropped_and_counted(int length)
    {
        using Tunnel tunnel = Open();
        Assert.Equal(length, tunnel.Session.Transmit(new byte[length]));
        AssertDropped(tunnel, DropReason.GuestRunt, 1);
    }

    [Fact]
    public void A_frame_of_no_bytes_is_dropped_and_counted_and_not_taken_for_full()
    {
        using Tunnel tunnel = Open();
        Assert.NotEqual(0, tunnel.Session.Transmit([]));
        AssertDropped(tunnel, DropReason.GuestRunt, 1);
    }

    private static void AssertDropped(Tunnel tunnel, DropReason reason, ulong count)
    {
        Assert.Equal(count, tunnel.Session.Counters.Drops(reason));
        Assert.Equal(count, tunnel.Session.Counters.TotalDrops(out _));
        Assert.False(tunnel.Host.IsScheduled);

        byte[] good = VnetFrame.FromGuest(s_tcp.Vnet(3000), HeaderLength, s_tcp.ToFrame());
        tunnel.Session.Send(good);
        Assert.Equal(tunnel.Netdev.Datagram((s_tcp with { FieldSum = FieldSum.Whole }).ToFrame(), 1), tunnel.Peer.Receive());
        Assert.Equal(1u, tunnel.Session.Counters.TransmittedFrames);
        Assert.Equal(0u, tunnel.Session.Counters.InternalErrors);
    }

    private Tunnel Open()
    {
        Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(HeaderLength, 0);
        return tunnel;
    }
}
