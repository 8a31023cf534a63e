// SPDX-License-Identifier: GPL-2.0-or-later
//
// The options of `-netdev l2tpv3`, as QEMU's QAPI schema has them (NetdevL2TPv3Options in QEMU's QMP reference).
// QEMU has checked names and types; what the schema cannot say is checked here, and each rule that differs from the
// stock backend's has a comment that says so.

using L2tpv3.DataPlane.Errors;
using L2tpv3.Packets.L2tp;

namespace L2tpv3.DataPlane.Options;

/// <summary>The options as they were given; null where one was not.</summary>
internal sealed record NetdevOptions
{
    public string Id { get; init; } = "?";

    public string? Source { get; init; }

    public string? Destination { get; init; }

    public string? SourcePort { get; init; }

    public string? DestinationPort { get; init; }

    public bool Ipv6 { get; init; }

    public bool Udp { get; init; }

    public bool Cookie64 { get; init; }

    public bool Counter { get; init; }

    public bool PinCounter { get; init; }

    public ulong? TransmitCookie { get; init; }

    public ulong? ReceiveCookie { get; init; }

    public uint? TransmitSessionId { get; init; }

    public uint? ReceiveSessionId { get; init; }

    public uint Offset { get; init; }

    /// <summary>Checks what the schema cannot, and says what the tunnel is.</summary>
    /// <returns>The parameters of the session.</returns>
    /// <exception cref="OptionException">An option is missing, contradicts another or is out of range.</exception>
    public SessionParameters ToSessionParameters()
    {
        CheckEndpoints();
        uint transmitSessionId = TransmitSessionId
            ?? throw new OptionException("txsession= is missing; give the session id that the peer expects");
        return new SessionParameters
        {
            Carrier = Udp ? Carrier.Udp : Ipv6 ? Carrier.RawIpv6 : Carrier.RawIpv4,
            TransmitSessionId = transmitSessionId,
            ReceiveSessionId = ReceiveSessionId ?? transmitSessionId,
            CookieLength = CheckCookies(),
            TransmitCookie = TransmitCookie ?? 0,
            ReceiveCookie = ReceiveCookie ?? 0,
            Counter = CounterMode,
            Offset = CheckOffset(),
        };
    }

    /// <summary>
    /// pincounter=on alone has a counter word too, pinned at 0. (The stock backend writes one without making room for
    /// it.)
    /// </summary>
    private CounterMode CounterMode =>
        PinCounter ? CounterMode.Pinned : Counter ? CounterMode.Counting : CounterMode.None;

    private void CheckEndpoints()
    {
        if (string.IsNullOrEmpty(Source))
        {
            throw new OptionException("src= is missing; give the address of this end");
        }

        if (string.IsNullOrEmpty(Destination))
        {
            throw new OptionException("dst= is missing; give the address of the peer");
        }

        if (Udp && string.IsNullOrEmpty(SourcePort))
        {
            throw new OptionException("udp=on needs srcport=; give the UDP port of this end");
        }

        if (Udp && string.IsNullOrEmpty(DestinationPort))
        {
            throw new OptionException("udp=on needs dstport=; give the UDP port of the peer");
        }
    }

    /// <summary>
    /// cookie64=off means 32-bit cookies. (The stock backend takes the mere presence of the option for on, and cuts a
    /// wider cookie silently.)
    /// </summary>
    private int CheckCookies()
    {
        if (TransmitCookie is null != ReceiveCookie is null)
        {
            string missing = TransmitCookie is null ? "txcookie=" : "rxcookie=";
            throw new OptionException($"{missing} is missing; give both cookies or none");
        }

        if (TransmitCookie is null)
        {
            return 0;
        }

        if (!Cookie64 && (TransmitCookie > uint.MaxValue || ReceiveCookie > uint.MaxValue))
        {
            string wide = TransmitCookie > uint.MaxValue ? "txcookie=" : "rxcookie=";
            throw new OptionException($"{wide} is wider than 32 bits; add cookie64=on or give a shorter cookie");
        }

        return Cookie64 ? sizeof(ulong) : sizeof(uint);
    }

    private int CheckOffset()
    {
        return Offset <= SessionParameters.MaximumOffset
            ? (int)Offset
            : throw new OptionException($"offset={Offset} is too large; give at most {SessionParameters.MaximumOffset}");
    }
}
