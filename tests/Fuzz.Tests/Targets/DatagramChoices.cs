// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;
using L2tpv3.Packets.L2tp;

namespace Fuzz.Tests.Targets;

/// <summary>What a peer sends to a session, from good to noise.</summary>
internal sealed class DatagramChoices(Choices choices, SessionParameters parameters)
{
    private const int MaximumMessage = 65_500;
    private readonly FrameChoices _frames = new(choices);
    private uint _number;

    /// <summary>One message: a datagram, or a run of them of which the kernel says something.</summary>
    public PeerMessage Message()
    {
        List<byte> bytes = [.. Datagram()];
        int size = bytes.Count;
        int? claim = null;
        if (choices.OneIn(4))
        {
            for (int i = choices.Below(8); i > 0 && size > 0; i--)
            {
                // Of equal size; the last may be shorter.
                byte[] next = Datagram();
                bool isLast = next.Length < size;
                byte[] sized = [.. next, .. new byte[Math.Max(0, size - next.Length)]];
                bytes.AddRange(isLast ? next : sized[..size]);
                if (isLast)
                {
                    break;
                }
            }

            claim = choices.OneIn(3) ? Lie(size, bytes.Count) : size;
        }

        byte[] message = [.. bytes.GetRange(0, Math.Min(bytes.Count, MaximumMessage))];
        bool isShort = claim is > 0 and < 16 && message.Length > 1000;
        return new PeerMessage(isShort ? message[..1000] : message, claim, choices.OneIn(40), EndsAtGuard: !choices.OneIn(3));
    }

    private int Lie(int size, int total) => choices.Below(10) switch
    {
        0 => 0,
        1 => -1,
        2 => int.MinValue,
        3 => int.MaxValue,
        4 => 1,
        5 => size - 1,
        6 => size + 1,
        7 => total,
        8 => choices.UInt16(),
        _ => total - 1,
    };

    private byte[] Datagram()
    {
        byte[] datagram = [.. IpHeader(), .. SlowHeader.FromPeer(parameters, Cookie(), Word()), .. _frames.Any()];
        switch (choices.Below(16))
        {
            case 0:
                choices.Damage(datagram.AsSpan(0, Math.Min(datagram.Length, 40)));
                return datagram;
            case 1:
                return datagram[..choices.Below(datagram.Length + 1)];
            case 2:
                return datagram[..Math.Min(choices.Below(64), datagram.Length)];
            case 3:
                return choices.Literal(choices.Below(100));
            case 4:
                return choices.Noise(choices.Length());
            default:
                return datagram;
        }
    }

    private ulong Cookie() => choices.Below(12) switch
    {
        0 => choices.UInt64(),
        < 5 => parameters.SecondReceiveCookie ?? parameters.ReceiveCookie,
        _ => parameters.ReceiveCookie,
    };

    /// <summary>With numbers that mostly go up by one.</summary>
    private uint Word()
    {
        if (!parameters.ReceiveSequence)
        {
            return choices.OneIn(4) ? choices.UInt32() : 0;
        }

        _number = choices.Below(16) switch
        {
            < 9 => _number + 1,
            < 11 => _number + 2,
            11 => _number + (uint)choices.Below(300),
            12 => _number - 1,
            13 => _number - (uint)choices.Below(10),
            14 => choices.UInt32(),
            _ => _number,
        };
        return choices.OneIn(32) ? choices.UInt32() : 0x4000_0000 | (_number & 0xFF_FFFF);
    }

    /// <summary>The IP header that a raw IPv4 socket shows, with options now and then.</summary>
    private byte[] IpHeader()
    {
        if (parameters.Carrier != Carrier.RawIpv4)
        {
            return [];
        }

        int words = choices.OneIn(4) ? choices.Between(5, 15) : 5;
        byte[] header = new byte[words * 4];
        header[0] = (byte)(0x40 | words);
        header[9] = 115;
        return header;
    }
}

/// <summary>One message of recvmmsg, and what the kernel says of it.</summary>
/// <param name="Bytes">One datagram, or a run of them.</param>
/// <param name="ClaimedSize">What UDP_GRO says their size is; null: it says nothing.</param>
/// <param name="IsTruncated">MSG_TRUNC is set.</param>
/// <param name="EndsAtGuard">It ends at a guard page; else it begins behind one.</param>
internal sealed record PeerMessage(byte[] Bytes, int? ClaimedSize, bool IsTruncated, bool EndsAtGuard)
{
    /// <summary>The datagrams that a reader of udp(7) sees in it.</summary>
    public IEnumerable<byte[]> Datagrams()
    {
        bool isRun = ClaimedSize > 0 && ClaimedSize < Bytes.Length && !IsTruncated;
        return isRun ? Bytes.Chunk(ClaimedSize!.Value) : [Bytes];
    }
}
