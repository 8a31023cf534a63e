// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>
/// One tunnel as either end is told of it: the options of <c>-netdev l2tpv3</c> and <c>-plugin</c> here, the arguments of
/// <c>ip l2tp</c> (ip-l2tp(8)) there. What one end transmits the other end receives. Each has addresses and numbers of its own, so
/// that all can be there at once.
/// </summary>
public sealed record TunnelOptions
{
    private const string HostCookie = "1d0a5e1f2b3c4d5e";
    private const string PeerCookie = "a1b2c3d40b5c3e7a";

    /// <summary>Its number; the first has the addresses of <c>scripts/lab-hosts</c>.</summary>
    public int Index { get; init; }

    /// <summary>What carries the datagrams.</summary>
    public Encapsulation Encapsulation { get; init; }

    /// <summary>Size of the cookie that the host sends.</summary>
    public CookieSize CookieToPeer { get; init; }

    /// <summary>Size of the cookie that the peer sends.</summary>
    public CookieSize CookieFromPeer { get; init; }

    /// <summary>The default L2-specific sublayer of RFC 3931, 4.6, in front of the frame.</summary>
    public bool HasSublayer { get; init; }

    /// <summary>Both ends number their frames.</summary>
    public bool IsSequenced { get; init; }

    /// <summary>QEMU's own counter word.</summary>
    public NetdevCounter Counter { get; init; }

    /// <summary>Over UDP.</summary>
    public bool IsUdp => Encapsulation.IsUdp();

    /// <summary>Over IPv6.</summary>
    public bool IsIpv6 => Encapsulation.IsIpv6();

    /// <summary>Session id of what the host sends.</summary>
    public int ToPeer => (2 * Index) + 1;

    /// <summary>Session id of what the peer sends.</summary>
    public int FromPeer => (2 * Index) + 2;

    /// <summary>The host's address.</summary>
    public string HostAddress => Address(ToPeer);

    /// <summary>The peer's address.</summary>
    public string PeerAddress => FarAddress ?? Address(FromPeer);

    /// <summary>The peer's address where it is not in the host's network.</summary>
    public string? FarAddress { get; init; }

    /// <summary>The netdev's id.</summary>
    public string Id => $"n{Number}";

    /// <summary>The NIC of a QEMU's end.</summary>
    public string Tap => $"tap{Number}";

    /// <summary>The NIC of a Linux host's end.</summary>
    public string KernelNic => $"l2tpeth{Number}";

    /// <summary>What the host's end of the inner network has for an address, and the peer's.</summary>
    public (string Host, string Peer) Inner => ($"10.9.{Number}.1", $"10.9.{Number}.2");

    /// <summary>The encapsulation, for the table.</summary>
    public string Carrier => $"{(IsUdp ? "UDP" : "IP")}, IPv{(IsIpv6 ? 6 : 4)}";

    /// <summary>The options, for the table.</summary>
    public string Options => string.Join(", ", OptionWords());

    /// <summary>The cookie that the host sends, in hexadecimal digits.</summary>
    public string CookieToPeerDigits => HostCookie[..(2 * (int)CookieToPeer)];

    /// <summary>The cookie that the peer sends, in hexadecimal digits.</summary>
    public string CookieFromPeerDigits => PeerCookie[..(2 * (int)CookieFromPeer)];

    // The options of -netdev have one size for both directions.
    private bool HasMixedCookies => CookieToPeer != CookieFromPeer;

    private string Number => Index.ToString(CultureInfo.InvariantCulture);

    /// <summary>What the plugin is told of it.</summary>
    public IEnumerable<string> Settings()
    {
        if (HasMixedCookies)
        {
            yield return $"{Id}.txcookie={SettingOf(CookieToPeerDigits)}";
            yield return $"{Id}.rxcookie={SettingOf(CookieFromPeerDigits)}";
        }

        if (HasSublayer)
        {
            yield return $"{Id}.l2spec=default";
        }

        if (IsSequenced)
        {
            yield return $"{Id}.seq=both";
        }
    }

    /// <summary>The value of `-netdev`: the host's, or where the peer is a QEMU too, the peer's.</summary>
    public string Netdev(bool isPeer = false) => string.Join(',', NetdevWords(isPeer));

    /// <summary>
    /// The QEMU arguments for a tunnel without a guest: tap3 --- tap netdev t3 --- hub 3 --- netdev l2tpv3, n3.
    /// </summary>
    public IEnumerable<string> HubArguments(bool isPeer = false) =>
    [
        "-netdev", Netdev(isPeer), "-netdev", $"hubport,id=a{Number},hubid={Number},netdev={Id}",
        "-netdev", $"tap,id=t{Number},ifname={Tap},script=no,downscript=no",
        "-netdev", $"hubport,id=b{Number},hubid={Number},netdev=t{Number}",
    ];

    /// <summary>The command that makes the tunnel on a Linux host.</summary>
    public string KernelTunnel() =>
        $"ip l2tp add tunnel tunnel_id {Index + 1} peer_tunnel_id {Index + 1} encap {(IsUdp ? "udp" : "ip")} local {PeerAddress} remote {HostAddress}"
        + (IsUdp ? " udp_sport 1701 udp_dport 1701" : string.Empty);

    /// <summary>The command that makes the session in it.</summary>
    public string KernelSession() =>
        $"ip l2tp add session name {KernelNic} tunnel_id {Index + 1} session_id {ToPeer} peer_session_id {FromPeer}"
        + KernelOption("cookie", CookieFromPeerDigits)
        + KernelOption("peer_cookie", CookieToPeerDigits)
        + $" l2spec_type {(HasSublayer ? "default" : "none")}"
        + (IsSequenced ? " seq both" : string.Empty);

    private static string SettingOf(string cookie) => cookie.Length == 0 ? "none" : cookie;

    private static string KernelOption(string name, string value) => value.Length == 0 ? string.Empty : $" {name} {value}";

    private string Address(int number) => IsIpv6
        ? string.Create(CultureInfo.InvariantCulture, $"2001:db8::{number:x}")
        : string.Create(CultureInfo.InvariantCulture, $"192.0.2.{number}");

    private IEnumerable<string> OptionWords()
    {
        yield return CookieToPeer == CookieFromPeer
            ? string.Create(CultureInfo.InvariantCulture, $"cookie {(int)CookieToPeer}")
            : string.Create(CultureInfo.InvariantCulture, $"cookie {(int)CookieToPeer} to it, {(int)CookieFromPeer} from it");
        if (Counter != NetdevCounter.Off)
        {
            yield return Counter == NetdevCounter.Pinned ? "counter pinned" : "counter";
        }

        if (HasSublayer)
        {
            yield return "l2spec default";
        }

        if (IsSequenced)
        {
            yield return "seq both";
        }
    }

    private IEnumerable<string> NetdevWords(bool isPeer)
    {
        (string own, string other) = isPeer ? (PeerAddress, HostAddress) : (HostAddress, PeerAddress);
        (int transmit, int receive) = isPeer ? (FromPeer, ToPeer) : (ToPeer, FromPeer);
        yield return $"l2tpv3,id={Id},src={own},dst={other}";
        if (IsIpv6)
        {
            yield return "ipv6=on";
        }

        if (IsUdp)
        {
            yield return "udp=on,srcport=1701,dstport=1701";
        }

        yield return string.Create(CultureInfo.InvariantCulture, $"txsession={transmit},rxsession={receive}");
        foreach (string word in CookieWords(isPeer).Concat(CounterWords()))
        {
            yield return word;
        }
    }

    private IEnumerable<string> CookieWords(bool isPeer)
    {
        if (HasMixedCookies)
        {
            yield break;
        }

        (string transmit, string receive) = isPeer ? (CookieFromPeerDigits, CookieToPeerDigits) : (CookieToPeerDigits, CookieFromPeerDigits);
        if (transmit.Length > 0)
        {
            yield return $"txcookie=0x{transmit},rxcookie=0x{receive}";
        }

        // cookie64=off would not do: the stock backend takes it for on.
        if (transmit.Length == 2 * (int)CookieSize.Bits64)
        {
            yield return "cookie64=on";
        }
    }

    private IEnumerable<string> CounterWords()
    {
        if (Counter != NetdevCounter.Off)
        {
            yield return "counter=on";
        }

        if (Counter == NetdevCounter.Pinned)
        {
            yield return "pincounter=on";
        }
    }
}
