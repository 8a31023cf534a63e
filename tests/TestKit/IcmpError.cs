// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace TestKit;

/// <summary>
/// ICMP errors (RFC 792, RFC 4443) about a packet that somebody has sent. Anybody who knows its addresses and ports can forge one.
/// </summary>
public static class IcmpError
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

    private const int IcmpHeader = 8;
    private const int Quoted = 64;
    private const int Ipv4Header = 20;
    private const int Ipv6Header = 40;
    private const byte Icmp = 1;
    private const byte Icmp6 = 58;

    /// <summary>The message about an IPv4 packet, without an IP header: a raw socket makes that.</summary>
    public static byte[] Message(ReadOnlySpan<byte> packet, int type, int code, uint rest = 0)
    {
        ReadOnlySpan<byte> quoted = packet[..Math.Min(Quoted, packet.Length)];
        byte[] message = new byte[IcmpHeader + quoted.Length];
        message[0] = (byte)type;
        message[1] = (byte)code;
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), rest);
        quoted.CopyTo(message.AsSpan(IcmpHeader));
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum(message));
        return message;
    }

    /// <summary>The error as an IP packet, from the address that the packet was for.</summary>
    public static byte[] About(ReadOnlySpan<byte> packet, int type, int code, uint rest = 0)
    {
        byte[] message = Message(packet, type, code, rest);
        return packet[0] >> 4 == 4 ? [.. Ipv4(packet, message.Length), .. message] : Ipv6(packet, message);
    }

    private static byte[] Ipv4(ReadOnlySpan<byte> about, int length)
    {
        byte[] header = new byte[Ipv4Header];
        header[0] = 0x45;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), (ushort)(Ipv4Header + length));
        header[8] = 64;
        header[9] = Icmp;
        about[16..20].CopyTo(header.AsSpan(12));
        about[12..16].CopyTo(header.AsSpan(16));
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(10), Checksum(header));
        return header;
    }

    private static byte[] Ipv6(ReadOnlySpan<byte> about, byte[] message)
    {
        byte[] header = new byte[Ipv6Header];
        header[0] = 0x60;
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(4), (ushort)message.Length);
        header[6] = Icmp6;
        header[7] = 64;
        about[24..40].CopyTo(header.AsSpan(8));
        about[8..24].CopyTo(header.AsSpan(24));

        // Behind the pseudo header of RFC 8200, 8.1.
        message[2] = message[3] = 0;
        byte[] length = [0, 0, (byte)(message.Length >> 8), (byte)message.Length, 0, 0, 0, Icmp6];
        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), Checksum([.. header.AsSpan(8), .. length, .. message]));
        return [.. header, .. message];
    }

    /// <summary>RFC 1071.</summary>
    private static ushort Checksum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            sum += (uint)(i % 2 == 0 ? bytes[i] << 8 : bytes[i]);
        }

        sum = (sum & 0xffff) + (sum >> 16);
        return (ushort)~(sum + (sum >> 16));
    }
}
