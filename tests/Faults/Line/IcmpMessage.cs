// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using System.Buffers.Binary;
using L2tpv3.Packets.Wire;

namespace Faults.Line;

/// <summary>
/// ICMP errors (RFC 792, RFC 4443) about a packet that somebody has sent, as a whole Ethernet frame back to the sender. Anybody
/// who knows the addresses and ports can forge one.
/// </summary>
internal static class IcmpMessage
{
    /// <summary>ICMP destination unreachable, and its codes.</summary>
    public const int Unreachable = 3;
    public const int NetUnreachable = 0;
    public const int HostUnreachable = 1;
    public const int ProtocolUnreachable = 2;
    public const int PortUnreachable = 3;
    public const int FragmentationNeeded = 4;
    public const int AdministrativelyProhibited = 13;

    /// <summary>ICMPv6.</summary>
    public const int Unreachable6 = 1;
    public const int PortUnreachable6 = 4;
    public const int AddressUnreachable6 = 3;
    public const int PacketTooBig6 = 2;

    private const int EthernetHeader = 14;
    private const int IcmpHeader = 8;
    private const int Quoted = 64;
    private const byte Icmp = 1;
    private const byte Icmp6 = 58;

    /// <summary>"Longer than the path".</summary>
    public static byte[] TooBig(ReadOnlySpan<byte> frame, TunnelPacket packet, int mtu) => packet.IsIpv6
        ? About(frame, packet, PacketTooBig6, 0, (uint)mtu)
        : About(frame, packet, Unreachable, FragmentationNeeded, (uint)mtu);

    /// <summary>An error about a packet, from the address that it was for.</summary>
    public static byte[] About(ReadOnlySpan<byte> frame, TunnelPacket packet, int type, int code, uint rest = 0)
    {
        int ipHeader = packet.IsIpv6 ? Ipv6Header.Length : Ipv4Header.MinimumLength;
        ReadOnlySpan<byte> quoted = frame.Slice(packet.Ip, Math.Min(Quoted, frame.Length - packet.Ip));
        byte[] answer = new byte[EthernetHeader + ipHeader + IcmpHeader + quoted.Length];
        frame[6..12].CopyTo(answer);
        frame[..6].CopyTo(answer.AsSpan(6));
        frame[12..14].CopyTo(answer.AsSpan(12));
        Span<byte> icmp = answer.AsSpan(EthernetHeader + ipHeader);
        icmp[0] = (byte)type;
        icmp[1] = (byte)code;
        BinaryPrimitives.WriteUInt32BigEndian(icmp[4..], rest);
        quoted.CopyTo(icmp[IcmpHeader..]);
        Span<byte> ip = answer.AsSpan(EthernetHeader, ipHeader);
        if (packet.IsIpv6)
        {
            WriteIpv6(ip, quoted, icmp);
        }
        else
        {
            WriteIpv4(ip, quoted, icmp);
        }

        return answer;
    }

    private static void WriteIpv4(Span<byte> ip, ReadOnlySpan<byte> quoted, Span<byte> icmp)
    {
        ip[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(ip[2..], (ushort)(ip.Length + icmp.Length));
        ip[8] = 64;
        ip[9] = Icmp;
        quoted[16..20].CopyTo(ip[12..]);
        quoted[12..16].CopyTo(ip[16..]);
        BinaryPrimitives.WriteUInt16BigEndian(ip[10..], InternetChecksum.Finish(InternetChecksum.Sum(ip)));
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(InternetChecksum.Sum(icmp)));
    }

    private static void WriteIpv6(Span<byte> ip, ReadOnlySpan<byte> quoted, Span<byte> icmp)
    {
        ip[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(ip[4..], (ushort)icmp.Length);
        ip[6] = Icmp6;
        ip[7] = 64;
        quoted[24..40].CopyTo(ip[8..]);
        quoted[8..24].CopyTo(ip[24..]);

        // The pseudo header of RFC 8200, 8.1.
        byte[] summed = new byte[40 + icmp.Length];
        ip[8..40].CopyTo(summed);
        BinaryPrimitives.WriteUInt32BigEndian(summed.AsSpan(32), (uint)icmp.Length);
        summed[39] = Icmp6;
        icmp.CopyTo(summed.AsSpan(40));
        BinaryPrimitives.WriteUInt16BigEndian(icmp[2..], InternetChecksum.Finish(InternetChecksum.Sum(summed)));
    }
}
