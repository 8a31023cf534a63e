// SPDX-License-Identifier: GPL-2.0-or-later
using Packets.Tests.Offload;

namespace Fuzz.Tests.Model;

/// <summary>The TCP segment or UDP datagram of a frame, read from front to back (RFC 791, 8200, 9293, 768; IEEE 802.1Q).</summary>
/// <param name="Bytes">The frame.</param>
/// <param name="Network">Where the IP header begins.</param>
/// <param name="Version">4 or 6.</param>
/// <param name="Transport">Where the TCP or UDP header begins.</param>
/// <param name="Payload">Where it ends.</param>
/// <param name="End">Where the packet ends, by its IP header.</param>
/// <param name="IsTcp">Or else UDP.</param>
/// <param name="IsSourceRouted">The IP header does not have the last destination.</param>
internal sealed record SlowPacket(byte[] Bytes, int Network, int Version, int Transport, int Payload, int End, bool IsTcp, bool IsSourceRouted)
{
    private const int Tcp = 6;
    private const int Udp = 17;

    /// <summary>Where the checksum lies.</summary>
    public int ChecksumAt => Transport + (IsTcp ? 16 : 6);

    /// <summary>Who it is from and to: packets with equal keys must stay in order.</summary>
    public string FlowKey => $"{Version} {Convert.ToHexString(Addresses)} {Convert.ToHexString(Bytes.AsSpan(Transport, 4))}";

    public byte[] Addresses => Version == 4 ? Bytes[(Network + 12)..(Network + 20)] : Bytes[(Network + 8)..(Network + 40)];

    /// <summary>The receiver can see that the checksum is right.</summary>
    public bool IsVerified
    {
        get
        {
            if (IsSourceRouted || End < Payload || End > Bytes.Length)
            {
                return false;
            }

            byte[] packet = Bytes[Transport..End];
            bool hasSum = IsTcp || (Word(Bytes, ChecksumAt) != 0 && Word(Bytes, Transport + 4) == packet.Length);
            return hasSum && ReferenceChecksum.Fold([.. PseudoHeader(packet.Length), .. packet]) == 0xFFFF;
        }
    }

    /// <summary>The packet that a frame carries whole, if it is TCP or UDP.</summary>
    public static SlowPacket? TryRead(byte[] frame)
    {
        int at = 12;
        for (int tags = 0; tags < 2 && at + 2 <= frame.Length && Word(frame, at) is 0x8100 or 0x88A8 or 0x9100; tags++)
        {
            at += 4;
        }

        if (at + 2 > frame.Length)
        {
            return null;
        }

        return Word(frame, at) switch
        {
            0x0800 => ReadIpv4(frame, at + 2),
            0x86DD => ReadIpv6(frame, at + 2),
            _ => null,
        };
    }

    public static int Word(ReadOnlySpan<byte> bytes, int at) => (bytes[at] << 8) | bytes[at + 1];

    public byte[] PseudoHeader(int length) =>
        [.. Addresses, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, 0, 0, 0, IsTcp ? (byte)Tcp : (byte)Udp];

    private static SlowPacket? ReadIpv4(byte[] frame, int at)
    {
        if (frame.Length - at < 20 || frame[at] / 16 != 4)
        {
            return null;
        }

        int length = frame[at] % 16 * 4;
        if (length < 20 || frame.Length - at < length || (Word(frame, at + 6) & 0x3FFF) != 0)
        {
            return null;
        }

        return Finish(frame, at, 4, at + length, frame[at + 9], at + Word(frame, at + 2), HasSourceRoute(frame.AsSpan(at + 20, length - 20)));
    }

    private static bool HasSourceRoute(ReadOnlySpan<byte> options)
    {
        int at = 0;
        while (at < options.Length && options[at] != 0)
        {
            if (options[at] == 1)
            {
                at++;
                continue;
            }

            bool isReadable = at + 1 < options.Length && options[at + 1] >= 2 && at + options[at + 1] <= options.Length;
            if (!isReadable || options[at] is 131 or 137)
            {
                return true;
            }

            at += options[at + 1];
        }

        return false;
    }

    private static SlowPacket? ReadIpv6(byte[] frame, int at)
    {
        if (frame.Length - at < 40 || frame[at] / 16 != 6)
        {
            return null;
        }

        int next = frame[at + 6];
        int end = at + 40;
        bool isRouted = false;
        while (next is 0 or 43 or 60)
        {
            if (frame.Length - end < 8)
            {
                return null;
            }

            isRouted |= next == 43 && frame[end + 3] != 0;
            next = frame[end];
            end += 8 * (frame[end + 1] + 1);
        }

        return end > frame.Length ? null : Finish(frame, at, 6, end, next, at + 40 + Word(frame, at + 4), isRouted);
    }

    private static SlowPacket? Finish(byte[] frame, int network, int version, int transport, int protocol, int end, bool isRouted)
    {
        int header = protocol == Tcp && frame.Length - transport >= 20 ? frame[transport + 12] / 16 * 4 : 8;
        bool isWhole = protocol switch
        {
            Tcp => frame.Length - transport >= 20 && header >= 20 && frame.Length - transport >= header,
            Udp => frame.Length - transport >= 8,
            _ => false,
        };
        return isWhole ? new SlowPacket(frame, network, version, transport, transport + header, end, protocol == Tcp, isRouted) : null;
    }
}
