// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets.Wire;

namespace DataPlane.Tests.Receive;

/// <summary>A NIC that models a medium wants 60 bytes (QEMU's do_not_pad says which does not).</summary>
public sealed class PaddingTests(Lab lab)
{
    [Theory]
    [InlineData(14)]
    [InlineData(59)]
    public void A_short_frame_is_filled_with_zeros_where_an_older_datagram_lay(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Pads = true;
        byte[] old = new byte[100];
        old.AsSpan().Fill(0xFF);
        byte[] frame = TestFrames.Create(size);

        tunnel.SendFromPeer(old);
        tunnel.Session.ReadUntil(1);
        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(2);

        Assert.Equal(TestFrames.Padded(frame), tunnel.Host.Frames[1]);
        Assert.Equal((ulong)(100 + size), tunnel.Session.Counters.ReceivedBytes);
    }

    [Theory]
    [InlineData(60)]
    [InlineData(61)]
    public void A_frame_of_60_bytes_is_left_alone(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Pads = true;
        tunnel.SendFromPeer(TestFrames.Create(size));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(size), Assert.Single(tunnel.Host.Frames));
    }

    [Theory]
    [InlineData(14)]
    [InlineData(59)]
    public void Where_the_NIC_does_not_want_it_nothing_is_filled(int size)
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.SendFromPeer(TestFrames.Create(size));
        tunnel.Session.ReadUntil(1);
        Assert.Equal(TestFrames.Create(size), Assert.Single(tunnel.Host.Frames));
    }

    /// <summary>Without PSH it was held for more, so it comes from the buffer of its flow.</summary>
    [Fact]
    public void A_TCP_segment_that_no_other_followed_is_filled_too()
    {
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Host.Pads = true;
        tunnel.Session.SetVnet(headerLength: 10, PlaneConstants.L2TP_OFFLOAD_CSUM | PlaneConstants.L2TP_OFFLOAD_TSO4);
        byte[] frame = TcpSegmentOfOneByte();

        tunnel.SendFromPeer(frame);
        tunnel.Session.ReadUntil(1);

        byte[] delivered = Assert.Single(tunnel.Host.Frames);
        Assert.Equal(VnetHeader.DataValid, delivered[0]);
        Assert.Equal(TestFrames.Padded(frame), delivered[10..]);
        Assert.Equal((ulong)frame.Length, tunnel.Session.Counters.ReceivedBytes);
    }

    private static byte[] TcpSegmentOfOneByte()
    {
        const int network = EthernetFrame.HeaderLength;
        const int transport = network + Ipv4Header.MinimumLength;
        byte[] frame = new byte[transport + TcpHeader.MinimumLength + 1];
        frame[12] = 0x08;
        frame[network] = 0x45;
        frame[network + 3] = (byte)(frame.Length - network);
        frame[network + 9] = IpProtocol.Tcp;
        frame[transport + 12] = 0x50;
        frame[transport + TcpHeader.ControlOffset] = (byte)TcpControl.Ack;
        frame[^1] = 0xA5;
        Span<byte> ip = frame.AsSpan(network, Ipv4Header.MinimumLength);
        BinaryPrimitives.WriteUInt16BigEndian(ip[Ipv4Header.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Sum(ip)));
        Span<byte> tcp = frame.AsSpan(transport);
        ulong sum = InternetChecksum.SumPseudoHeader(ip.Slice(Ipv4Header.AddressesOffset, Ipv4Header.AddressesLength), IpProtocol.Tcp, tcp.Length);
        BinaryPrimitives.WriteUInt16BigEndian(
            tcp[TcpHeader.ChecksumOffset..], InternetChecksum.Finish(InternetChecksum.Join(sum, InternetChecksum.Sum(tcp))));
        return frame;
    }
}
