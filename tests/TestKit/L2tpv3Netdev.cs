// SPDX-License-Identifier: GPL-2.0-or-later
using System.Buffers.Binary;

namespace TestKit;

/// <summary>
/// One `-netdev l2tpv3`: its options in every syntax that QEMU takes, and the header that they stand for, built here on its own
/// so that it can judge the plugin and the stock backend alike:
///
///     [ver word, UDP only] [session id] [cookie 0, 4 or 8] [counter word] [offset bytes, zero] frame
///
/// All numbers are big-endian (RFC 3931 section 4.1). The counter word is QEMU's own, not the RFC's sublayer.
/// </summary>
public sealed record L2tpv3Netdev
{
    private const uint DataMessageVersion3 = 0x0003_0000;

    /// <summary>The netdev's id.</summary>
    public string Id { get; init; } = "n0";

    /// <summary>This end's address.</summary>
    public string Source { get; init; } = "127.0.0.1";

    /// <summary>The other end's address.</summary>
    public string Destination { get; init; } = "127.0.0.1";

    /// <summary>This end's UDP port; null is raw IP.</summary>
    public int? SourcePort { get; init; }

    /// <summary>The other end's UDP port.</summary>
    public int? DestinationPort { get; init; }

    /// <summary>The session id that it sends.</summary>
    public uint TransmitSessionId { get; init; } = 0x11223344;

    /// <summary>The session id that it expects.</summary>
    public uint ReceiveSessionId { get; init; } = 0x55667788;

    /// <summary>Size of both cookies.</summary>
    public CookieSize Cookie { get; init; }

    /// <summary>The cookie that it sends.</summary>
    public ulong TransmitCookie { get; init; }

    /// <summary>The cookie that it expects.</summary>
    public ulong ReceiveCookie { get; init; }

    /// <summary>The counter word.</summary>
    public NetdevCounter Counter { get; init; }

    /// <summary>Bytes between header and frame.</summary>
    public int Offset { get; init; }

    /// <summary>Over UDP.</summary>
    public bool IsUdp => SourcePort is not null;

    /// <summary>Over IPv6.</summary>
    public bool IsIpv6 => Source.Contains(':', StringComparison.Ordinal);

    /// <summary>Bytes in front of a frame.</summary>
    public int HeaderSize => (IsUdp ? 4 : 0) + 4 + (int)Cookie + (Counter == NetdevCounter.Off ? 0 : 4) + Offset;

    /// <summary>The options as QMP's netdev_add takes them, and `-netdev` in its JSON form.</summary>
    public IReadOnlyDictionary<string, object> Options()
    {
        Dictionary<string, object> options = new(StringComparer.Ordinal)
        {
            ["type"] = "l2tpv3",
            ["id"] = Id,
            ["src"] = Source,
            ["dst"] = Destination,
            ["txsession"] = TransmitSessionId,
            ["rxsession"] = ReceiveSessionId,
        };
        if (IsIpv6)
        {
            options["ipv6"] = true;
        }

        if (IsUdp)
        {
            options["udp"] = true;
            options["srcport"] = SourcePort!.Value.ToString(CultureInfo.InvariantCulture);
            options["dstport"] = DestinationPort!.Value.ToString(CultureInfo.InvariantCulture);
        }

        if (Cookie != CookieSize.None)
        {
            options["txcookie"] = TransmitCookie;
            options["rxcookie"] = ReceiveCookie;
        }

        // cookie64=off would not do: the stock backend takes it for on.
        AddIf(options, Cookie == CookieSize.Bits64, "cookie64", true);
        AddIf(options, Counter != NetdevCounter.Off, "counter", true);
        AddIf(options, Counter == NetdevCounter.Pinned, "pincounter", true);
        AddIf(options, Offset > 0, "offset", Offset);
        return options;
    }

    /// <summary>The value of `-netdev` in the option syntax, also for the human monitor's netdev_add.</summary>
    public override string ToString() =>
        "l2tpv3," + string.Join(',', Options().Where(option => !string.Equals(option.Key, "type", StringComparison.Ordinal)).Select(option => $"{option.Key}={OptionText(option.Value)}"));

    /// <summary>The same tunnel as its other end sees it.</summary>
    public L2tpv3Netdev OtherEnd() => this with
    {
        Source = Destination,
        Destination = Source,
        SourcePort = DestinationPort,
        DestinationPort = SourcePort,
        TransmitSessionId = ReceiveSessionId,
        ReceiveSessionId = TransmitSessionId,
        TransmitCookie = ReceiveCookie,
        ReceiveCookie = TransmitCookie,
    };

    /// <summary>The datagram in which this netdev sends a frame.</summary>
    public byte[] Datagram(ReadOnlySpan<byte> frame, uint counter = 0)
    {
        byte[] datagram = new byte[HeaderSize + frame.Length];
        Span<byte> rest = datagram;
        if (IsUdp)
        {
            rest = Write(rest, DataMessageVersion3);
        }

        rest = Write(rest, TransmitSessionId);
        if (Cookie == CookieSize.Bits64)
        {
            rest = Write(rest, (uint)(TransmitCookie >> 32));
        }

        if (Cookie != CookieSize.None)
        {
            rest = Write(rest, (uint)TransmitCookie);
        }

        if (Counter != NetdevCounter.Off)
        {
            rest = Write(rest, counter);
        }

        frame.CopyTo(rest[Offset..]);
        return datagram;
    }

    private static Span<byte> Write(Span<byte> rest, uint word)
    {
        BinaryPrimitives.WriteUInt32BigEndian(rest, word);
        return rest[4..];
    }

    private static void AddIf(Dictionary<string, object> options, bool condition, string name, object value)
    {
        if (condition)
        {
            options[name] = value;
        }
    }

    private static string OptionText(object value) => value switch
    {
        bool on => on ? "on" : "off",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };
}

/// <summary>Size of the cookie behind the session id (RFC 3931 section 4.1); the value is in bytes.</summary>
#pragma warning disable CA1027 // sizes, not flags
public enum CookieSize
#pragma warning restore CA1027
{
    /// <summary>No cookie.</summary>
    None = 0,

    /// <summary>32 bits.</summary>
    Bits32 = 4,

    /// <summary>64 bits.</summary>
    Bits64 = 8,
}

/// <summary>QEMU's counter word behind the cookie.</summary>
public enum NetdevCounter
{
    /// <summary>No counter word.</summary>
    Off,

    /// <summary>counter=on: a number that grows with each frame.</summary>
    On,

    /// <summary>counter=on,pincounter=on: a word that stays 0.</summary>
    Pinned,
}
