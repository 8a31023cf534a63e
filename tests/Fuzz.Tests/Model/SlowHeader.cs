// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Model;

/// <summary>
/// The L2TPv3 header byte by byte, from RFC 3931, 4.1 and 4.6, and QEMU's options: what a session must send, and how it must judge
/// what comes.
/// </summary>
internal static class SlowHeader
{
    private const byte TypeBit = 0x80;
    private const int EthernetHeader = 14;

    /// <summary>What a session puts in front of its frame of this number, counted from 0.</summary>
    public static byte[] Sent(SessionParameters parameters, uint number)
    {
        uint word = parameters.Counter == CounterMode.Counting ? (number + 1) & 0xFF_FFFF
            : parameters.Sublayer == Sublayer.Numbered ? 0x4000_0000 | (number & 0xFF_FFFF)
            : 0;
        return Header(parameters, parameters.TransmitSessionId, parameters.TransmitCookieLength, parameters.TransmitCookie, word);
    }

    /// <summary>What the peer puts in front of a frame for this session.</summary>
    public static byte[] FromPeer(SessionParameters parameters, ulong cookie, uint word) =>
        Header(parameters, parameters.ReceiveSessionId, parameters.ReceiveCookieLength, cookie, word);

    /// <summary>How a session must judge a datagram.</summary>
    /// <param name="parameters">The session.</param>
    /// <param name="datagram">The bytes; over raw IPv4 with their IP header (raw(7)).</param>
    /// <param name="frameAt">Where the frame begins.</param>
    public static DropReason Judge(SessionParameters parameters, byte[] datagram, out int frameAt)
    {
        frameAt = 0;
        if (parameters.Carrier == Carrier.RawIpv4)
        {
            bool hasHeader = datagram.Length >= 20 && datagram[0] / 16 == 4 && datagram[0] % 16 >= 5 && datagram.Length >= datagram[0] % 16 * 4;
            if (!hasHeader)
            {
                return DropReason.BadIpHeader;
            }

            frameAt = datagram[0] % 16 * 4;
        }

        byte[] wanted = FromPeer(parameters, parameters.ReceiveCookie, 0);
        byte[] alsoWanted = FromPeer(parameters, parameters.SecondReceiveCookie ?? parameters.ReceiveCookie, 0);
        byte[] message = datagram[frameAt..];
        if (message.Length < wanted.Length)
        {
            return DropReason.ShortHeader;
        }

        frameAt += wanted.Length;
        int at = 0;
        if (parameters.Carrier == Carrier.Udp)
        {
            if ((message[0] & TypeBit) != 0)
            {
                return DropReason.ControlMessage;
            }

            if (message[1] % 16 != 3)
            {
                return DropReason.WrongVersion;
            }

            at = 4;
        }

        if (!Same(message, wanted, at, 4))
        {
            return DropReason.WrongSession;
        }

        if (!Same(message, wanted, at + 4, parameters.ReceiveCookieLength) && !Same(message, alsoWanted, at + 4, parameters.ReceiveCookieLength))
        {
            return DropReason.WrongCookie;
        }

        return message.Length - wanted.Length < EthernetHeader ? DropReason.Runt : DropReason.None;
    }

    /// <summary>The sequence number of a datagram that was judged good; null: it has none.</summary>
    public static uint? NumberOf(SessionParameters parameters, byte[] datagram, int frameAt)
    {
        byte[] word = datagram[(frameAt - parameters.Offset - 4)..];
        return (word[0] & 0x40) != 0 ? (uint)((word[1] << 16) | (word[2] << 8) | word[3]) : null;
    }

    private static bool Same(byte[] one, byte[] other, int at, int length) => one.AsSpan(at, length).SequenceEqual(other.AsSpan(at, length));

    private static byte[] Header(SessionParameters parameters, uint session, int cookieLength, ulong cookie, uint word)
    {
        List<byte> header = [];
        if (parameters.Carrier == Carrier.Udp)
        {
            header.AddRange([0, 3, 0, 0]);
        }

        Append(header, session, 4);
        Append(header, cookie, cookieLength);
        bool hasWord = parameters.Counter != CounterMode.None || parameters.Sublayer != Sublayer.None;
        Append(header, word, hasWord ? 4 : 0);
        header.AddRange(new byte[parameters.Offset]);
        return [.. header];
    }

    private static void Append(List<byte> bytes, ulong number, int length)
    {
        for (int i = length - 1; i >= 0; i--)
        {
            bytes.Add((byte)(number >> (8 * i)));
        }
    }
}
