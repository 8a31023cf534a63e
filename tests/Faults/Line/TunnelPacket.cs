// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Faults.Line;

/// <summary>Where the parts of a tunnel's packet are in an Ethernet frame of the line.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct TunnelPacket(int Ip, int Transport, int Message, bool IsUdp, bool IsIpv6)
{
    /// <summary>The port of both ends.</summary>
    public const int Port = 1701;

    private const int EthernetHeader = 14;
    private const int Ipv6Header = 40;
    private const int FragmentHeader = 44;
    private const int Udp = 17;
    private const int L2tp = 115;

    /// <summary>The session id.</summary>
    public int Session => Message + (IsUdp ? 4 : 0);

    /// <summary>The cookie, 8 bytes of it.</summary>
    public int Cookie => Session + 4;

    /// <summary>What is behind the cookie.</summary>
    public int Rest => Cookie + 8;

    /// <summary>Finds them, if it is a packet of the tunnel, and not a fragment behind the first one.</summary>
    public static bool TryFind(ReadOnlySpan<byte> frame, out TunnelPacket packet)
    {
        packet = default;
        if (frame.Length < EthernetHeader + Ipv6Header)
        {
            return false;
        }

        return BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
        {
            0x0800 => TryFindIpv4(frame, out packet),
            0x86DD => TryFindIpv6(frame, out packet),
            _ => false,
        };
    }

    private static bool TryFindIpv4(ReadOnlySpan<byte> frame, out TunnelPacket packet)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        bool isFirst = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x1FFF) == 0;
        return Make(frame, EthernetHeader + ((ip[0] & 0x0F) * 4), ip[9], isIpv6: false, out packet) && isFirst;
    }

    private static bool TryFindIpv6(ReadOnlySpan<byte> frame, out TunnelPacket packet)
    {
        ReadOnlySpan<byte> ip = frame[EthernetHeader..];
        int transport = EthernetHeader + Ipv6Header;
        byte protocol = ip[6];
        bool isFirst = true;
        if (protocol == FragmentHeader)
        {
            protocol = frame[transport];
            isFirst = BinaryPrimitives.ReadUInt16BigEndian(frame[(transport + 2)..]) >> 3 == 0;
            transport += 8;
        }

        return Make(frame, transport, protocol, isIpv6: true, out packet) && isFirst;
    }

    private static bool Make(ReadOnlySpan<byte> frame, int transport, byte protocol, bool isIpv6, out TunnelPacket packet)
    {
        bool isUdp = protocol == Udp;
        packet = new TunnelPacket(EthernetHeader, transport, transport + (isUdp ? 8 : 0), isUdp, isIpv6);
        return protocol == L2tp
            || (isUdp && frame.Length >= transport + 8 && BinaryPrimitives.ReadUInt16BigEndian(frame[(transport + 2)..]) == Port);
    }
}
