// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>
/// A guest with VXLAN (RFC 7348) leaves the checksum of the inner packet to us: csum_start lies deep in the frame, behind two
/// Ethernet headers. Its kernel has summed the outer UDP datagram already, as it will be then, or not at all (lco_csum).
/// </summary>
public sealed class VxlanTests(Lab lab)
{
    private const int HeaderLength = 12;

    public static MatrixTheoryData<int, int, bool, bool, int> Packets => new([4, 6], [4, 6], [true, false], [true, false], [0, 1, 1400]);

    [Theory]
    [MemberData(nameof(Packets))]
    public void The_checksum_within_a_vxlan_tunnel_of_the_guest_is_completed_and_that_around_it_stays_right(
        int outer, int inner, bool isTcp, bool hasOuterSum, int payload)
    {
        TestPacket packet = new() { IpVersion = inner, Protocol = isTcp ? IpProtocol.Tcp : IpProtocol.Udp, Payload = Noise.Bytes(payload, payload) };
        byte[] expected = Wrap(packet, outer, hasOuterSum);
        TestPacket partial = packet with { FieldSum = FieldSum.PseudoHeader };
        int innerStart = expected.Length - packet.ToFrame().Length;
        byte[] frame = [.. expected[..innerStart], .. partial.ToFrame()];
        VnetHeader vnet = partial.Vnet(0) with { GsoType = GsoType.None };
        vnet = vnet with { CsumStart = (ushort)(vnet.CsumStart + innerStart) };
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(HeaderLength, VnetFrame.AllOffloads);

        tunnel.Session.Send(VnetFrame.FromGuest(vnet, HeaderLength, frame));

        Assert.Equal(tunnel.Netdev.Datagram(expected, 1), tunnel.Peer.Receive());
        Assert.Equal(hasOuterSum, ChecksumOffload.IsVerified(expected));
    }

    /// <summary>DATA_VALID says that the outer checksum was verified; where there is none, nothing was.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_vxlan_frame_of_the_wire_is_called_valid_only_when_its_outer_checksum_says_so(bool hasOuterSum)
    {
        byte[] frame = Wrap(new TestPacket { Payload = Noise.Bytes(100, 1), FieldSum = FieldSum.Wrong }, 4, hasOuterSum);
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(HeaderLength, VnetFrame.AllOffloads);

        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);

        VnetHeader vnet = hasOuterSum ? new VnetHeader { Flags = VnetHeader.DataValid } : default;
        Assert.Equal(VnetFrame.ToGuest(vnet, HeaderLength, frame), tunnel.Host.Frames[0]);
    }

    /// <summary>An inner frame behind outer headers and the VXLAN header: flags, VNI 7.</summary>
    private static byte[] Wrap(TestPacket packet, int version, bool hasSum)
    {
        TestPacket outer = new()
        {
            IpVersion = version,
            Protocol = IpProtocol.Udp,
            DestinationPort = 4789,
            Payload = [8, 0, 0, 0, 0, 0, 7, 0, .. packet.ToFrame()],
            FieldSum = hasSum ? FieldSum.Whole : FieldSum.None,
        };
        byte[] frame = outer.ToFrame();
        Assert.Equal(hasSum, BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(outer.TransportOffset + 6)) != 0);
        return frame;
    }
}
