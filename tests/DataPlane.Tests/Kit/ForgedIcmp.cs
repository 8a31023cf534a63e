// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using L2tpv3.Packets.Wire;

namespace DataPlane.Tests.Kit;

/// <summary>"Destination unreachable" about a datagram that a session over UDP and IPv4 is said to have sent.</summary>
internal static class ForgedIcmp
{
    private const int Icmp = 1;

    /// <summary>Sends one.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="tunnel">Whose session.</param>
    /// <param name="code">3: port unreachable; 4: fragmentation needed; ...</param>
    /// <param name="mtu">What code 4 says the path takes.</param>
    public static void Send(Lab lab, Tunnel tunnel, int code, int mtu = 0)
    {
        IPAddress plane = IPAddress.Parse(tunnel.Subnet.Plane);
        using Socket socket = lab.Run(() => RawSocket.Open(plane, Icmp));
        socket.SendTo(IcmpError.Message(Datagram(tunnel), IcmpError.Unreachable, code, (uint)mtu), new IPEndPoint(plane, 0));
    }

    /// <summary>The headers of the datagram it is about, which tell the kernel whose socket that is.</summary>
    private static byte[] Datagram(Tunnel tunnel)
    {
        byte[] datagram = new byte[Ipv4Header.MinimumLength + UdpHeader.HeaderLength];
        datagram[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(Ipv4Header.TotalLengthOffset), 1500);
        datagram[9] = IpProtocol.Udp;
        IPAddress.Parse(tunnel.Subnet.Plane).GetAddressBytes().CopyTo(datagram.AsSpan(12));
        IPAddress.Parse(tunnel.Subnet.Peer).GetAddressBytes().CopyTo(datagram.AsSpan(16));
        Span<byte> udp = datagram.AsSpan(Ipv4Header.MinimumLength);
        BinaryPrimitives.WriteUInt16BigEndian(udp, Tunnels.PlanePort);
        BinaryPrimitives.WriteUInt16BigEndian(udp[2..], (ushort)tunnel.Peer.Port);
        BinaryPrimitives.WriteUInt16BigEndian(udp[UdpHeader.LengthOffset..], 1480);
        return datagram;
    }
}
