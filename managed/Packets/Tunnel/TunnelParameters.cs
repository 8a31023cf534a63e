// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Tunnel;

/// <summary>What both ends of a static session agree on by configuration (RFC 3931, 3.3: no control channel).</summary>
public sealed record TunnelParameters
{
    /// <summary>The most extra bytes behind the header (`offset=`), as QEMU has it.</summary>
    public const int MaximumOffset = 256;

    /// <summary>What carries the header.</summary>
    public required Carrier Carrier { get; init; }

    /// <summary>The session id we send.</summary>
    public required uint TransmitSession { get; init; }

    /// <summary>The session id we accept.</summary>
    public required uint ReceiveSession { get; init; }

    /// <summary>Bytes of the cookie in both directions: 0, 4 or 8.</summary>
    public int CookieLength { get; init; }

    /// <summary>The cookie we send; the low 32 bits of it when <see cref="CookieLength"/> is 4.</summary>
    public ulong TransmitCookie { get; init; }

    /// <summary>The cookie we accept.</summary>
    public ulong ReceiveCookie { get; init; }

    /// <summary>Whether a counter word follows the cookie.</summary>
    public CounterMode Counter { get; init; }

    /// <summary>Extra bytes between the header and the frame; sent as zero, ignored on receive.</summary>
    public int Offset { get; init; }
}
