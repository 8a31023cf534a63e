// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using L2tpv3.Packets.Wire;
using TestKit;

namespace DataPlane.Tests.Kit;

/// <summary>"Destination unreachable" (RFC 792) about a datagram that the session is said to have sent; anybody can forge one.</summary>
internal static class IcmpError
{
    private const int Icmp = 1;
    private const int Unreachable = 3;
    private const int IcmpLength = 8;

    /// <summary>Sends one to a session over UDP and IPv4.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="tunnel">Whose session.</param>
    /// <param name="code">3: port unreachable; 4: fragmentation needed; ...</param>
    /// <param name="mtu">What code 4 says the path takes.</param>
    public static void Send(Lab lab, Tunnel tunnel, int code, int mtu = 0)
    {
        byte[] message = new byte[IcmpLength + Ipv4Header.MinimumLength + UdpHeader.HeaderLength];
        message[0] = Unreachable;
        message[1] = (byte)code;
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(6), (ushort)mtu);
        WriteDatagram(tunnel, message.AsSpan(IcmpLength));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Finish(InternetChecksum.Sum(message)));

        IPAddress plane = IPAddress.Parse(tunnel.Subnet.Plane);
        using Socket socket = lab.Run(() => RawSocket.Open(plane, Icmp));
        socket.SendTo(message, new IPEndPoint(plane, 0));
    }

    /// <summary>The headers of the datagram it is about, which tell the kernel whose socket that is.</summary>
    private static void WriteDatagram(Tunnel tunnel, Span<byte> datagram)
    {
        datagram[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(datagram[Ipv4Header.TotalLengthOffset..], 1500);
        datagram[9] = IpProtocol.Udp;
        IPAddress.Parse(tunnel.Subnet.Plane).GetAddressBytes().CopyTo(datagram[12..]);
        IPAddress.Parse(tunnel.Subnet.Peer).GetAddressBytes().CopyTo(datagram[16..]);
        Span<byte> udp = datagram[Ipv4Header.MinimumLength..];
        BinaryPrimitives.WriteUInt16BigEndian(udp, Tunnels.PlanePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)tunnel.Peer.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpHeader.LengthOffset..], 1480);
    }
}
