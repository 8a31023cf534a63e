// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.L2tp;

/// <summary>What both ends of a static session agree on by configuration (RFC 3931, 3.3: no control channel).</summary>
public sealed record SessionParameters
{
    /// <summary>The most extra bytes behind the header (`offset=`), as QEMU has it.</summary>
    public const int MaximumOffset = 256;

    /// <summary>What carries the header.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>The session ID we send.</summary>
    public required uint TransmitSessionId { get; init; }

    /// <summary>The session ID we accept.</summary>
    public required uint ReceiveSessionId { get; init; }

    /// <summary>Bytes of both cookies, where they are equal: 0, 4 or 8.</summary>
    public int CookieLength
    {
        get => TransmitCookieLength;
        init
        {
            TransmitCookieLength = value;
            ReceiveCookieLength = value;
        }
    }

    /// <summary>Bytes of the cookie we send: 0, 4 or 8.</summary>
    public int TransmitCookieLength { get; init; }

    /// <summary>Bytes of the cookie we accept: 0, 4 or 8.</summary>
    public int ReceiveCookieLength { get; init; }

    /// <summary>The cookie we send; the low 32 bits of it when it has 4 bytes.</summary>
    public ulong TransmitCookie { get; init; }

    /// <summary>The cookie we accept.</summary>
    public ulong ReceiveCookie { get; init; }

    /// <summary>Another one that we accept too, so that keys can be rolled over (RFC 8159, 5); null: none.</summary>
    public ulong? SecondReceiveCookie { get; init; }

    /// <summary>Whether a counter word follows the cookie.</summary>
    public CounterMode Counter { get; init; }

    /// <summary>The default L2-specific sublayer, which never goes with a counter word.</summary>
    public Sublayer Sublayer { get; init; }

    /// <summary>Received frames must be numbered, and are put in their order.</summary>
    public bool ReceiveSequence { get; init; }

    /// <summary>How many frames may wait for one that is missing.</summary>
    public int ReorderWindow { get; init; }

    /// <summary>Extra bytes between the header and the frame; sent as zero, ignored on receive.</summary>
    public int Offset { get; init; }
}

/// <summary>What carries the L2TPv3 header, as a socket sees it.</summary>
public enum Carrier
{
    /// <summary>UDP, IPv4 or IPv6: the header begins with the flags word.</summary>
    Udp,

    /// <summary>Protocol 115 over IPv4: a raw socket delivers the IP header too.</summary>
    RawIpv4,

    /// <summary>Protocol 115 over IPv6: a raw socket delivers the payload only.</summary>
    RawIpv6,
}

/// <summary>Whether the header has a <see cref="CounterWord"/>, and what is written into it.</summary>
public enum CounterMode
{
    /// <summary>No counter word in the header.</summary>
    None,

    /// <summary>counter=on: counts frames.</summary>
    Counting,

    /// <summary>pincounter=on, with or without counter=on: the word is there and stays 0.</summary>
    Pinned,
}

/// <summary>Whether the header has a sublayer, and what is sent in it.</summary>
public enum Sublayer
{
    /// <summary>l2spec=none: no sublayer.</summary>
    None,

    /// <summary>l2spec=default: the word is there, and 0.</summary>
    Plain,

    /// <summary>seq=send or seq=both: the word numbers the frames.</summary>
    Numbered,
}
