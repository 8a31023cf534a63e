// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>Checksums that the guest leaves to us, and those that it has made itself.</summary>
public sealed class ChecksumTests(Lab lab)
{
    private static readonly TestPacket s_packet = new() { Payload = Noise.Bytes(1001, 1), FieldSum = FieldSum.PseudoHeader };

    [Theory]
    [InlineData(4, IpProtocol.Tcp, 10, 1)]
    [InlineData(6, IpProtocol.Tcp, 12, 3)]
    [InlineData(4, IpProtocol.Udp, 20, 100)]
    [InlineData(6, IpProtocol.Udp, 24, 2000)]
    public void A_checksum_that_the_guest_has_left_out_is_completed(int version, byte protocol, int headerLength, int pieceSize)
    {
        TestPacket packet = s_packet with { IpVersion = version, Protocol = protocol };
        VnetHeader vnet = packet.Vnet(0) with { GsoType = GsoType.None };

        AssertSent(packet with { FieldSum = FieldSum.Whole }, tunnel =>
        {
            tunnel.Session.SetVnet(headerLength, 0);
            tunnel.Session.TransmitInPieces(VnetFrame.FromGuest(vnet, headerLength, packet.ToFrame()), pieceSize);
        });
    }

    /// <summary>Not ours to judge: the frame may be a test of the guest's own.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(VnetHeader.DataValid)]
    public void A_checksum_that_the_guest_has_made_is_left_alone_right_or_wrong(byte flags)
    {
        TestPacket packet = s_packet with { FieldSum = FieldSum.Wrong };

        AssertSent(packet, tunnel =>
        {
            tunnel.Session.SetVnet(12, 0);
            tunnel.Session.Transmit(VnetFrame.FromGuest(new VnetHeader { Flags = flags }, 12, packet.ToFrame()));
        });
    }

    /// <summary>Up to QEMU 9.0, announce frames have no vnet header, whatever its length is set to.</summary>
    [Fact]
    public void A_raw_frame_is_sent_as_it_is_also_while_others_have_a_vnet_header() => AssertSent(s_packet, tunnel =>
    {
        tunnel.Session.SetVnet(12, 0);
        tunnel.Session.TransmitRaw(s_packet.ToFrame());
    });

    /// <summary>virtio-net goes and e1000, which knows no vnet header, comes.</summary>
    [Fact]
    public void After_the_length_is_set_to_0_frames_have_no_vnet_header() => AssertSent(s_packet, tunnel =>
    {
        tunnel.Session.SetVnet(12, VnetFrame.AllOffloads);
        tunnel.Session.SetVnet(0, 0);
        tunnel.Session.Transmit(s_packet.ToFrame());
    });

    private void AssertSent(TestPacket expected, Action<Tunnel> send)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        send(tunnel);
        tunnel.Session.RunIfScheduled();
        Assert.Equal(tunnel.Netdev.Datagram(expected.ToFrame(), 1), tunnel.Peer.Receive());
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }
}
