// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>
/// The pings on the wire between the hosts of a lab, as tshark decodes them: somebody else's reading of RFC 3931. It is told of a
/// tunnel what a static tunnel does not tell: size of the cookie, sublayer, and that a pseudowire is Ethernet.
/// </summary>
public sealed class Capture
{
    /// <summary>How many pings a row sends.</summary>
    public const int Pings = 5;

    /// <summary>Their size: by it, datagrams with a ping are told from most others.</summary>
    public const int PingSize = 777;

    // An Ethernet frame with such a ping has 819 bytes. In front are 38 at least: Ethernet, IPv4, the session id; 82 at most:
    // Ethernet, IPv6, UDP, the largest header. ESP adds up to 60 (RFC 4303, AES-GCM).
    private const string Filter = "greater 857 and less 961";
    private const string Log = "/run/capture.log";
    private readonly string _path;

    /// <summary>Returns when it has begun.</summary>
    public Capture(LabGuest lab)
    {
        _path = Path.Combine(LabGuest.Shared, "capture.pcap");
        File.Delete(_path);
        lab.RunIn(Place.Peer, $"""
            tcpdump -i wire -Z root -U --immediate-mode -w {_path} {Filter} 2>{Log} >/dev/null &
            for i in $(seq 200); do if grep -q listening {Log}; then exit; fi; sleep 0.05; done
            cat {Log}; exit 1
            """);
    }

    /// <summary>Asserts that a row's pings are in the capture as the tunnel says, with Ethernet in them that has these addresses.</summary>
    public void AssertDecoded(Peer peer, string hostNic, string peerNic)
    {
        TunnelOptions tunnel = peer.Tunnel;
        AssertDirection(tunnel, tunnel.HostAddress, tunnel.ToPeer, tunnel.CookieToPeer, tunnel.CookieToPeerDigits, hostNic);
        AssertDirection(tunnel, tunnel.PeerAddress, tunnel.FromPeer, tunnel.CookieFromPeer, tunnel.CookieFromPeerDigits, peerNic);
    }

    /// <summary>Asserts that of a row's pings only ESP is to be seen (RFC 4303).</summary>
    public void AssertEncrypted(Peer peer)
    {
        Decode($"esp && {From(peer.Tunnel, peer.Tunnel.HostAddress)}", [], ["esp.sequence"]);
        Decode($"esp && {From(peer.Tunnel, peer.Tunnel.PeerAddress)}", [], ["esp.sequence"]);
        Assert.Empty(TryDecode($"l2tp && {From(peer.Tunnel, peer.Tunnel.HostAddress)}", [], ["l2tp.sid"]));
    }

    private static string From(TunnelOptions tunnel, string address) => $"{(tunnel.IsIpv6 ? "ipv6.src" : "ip.src")} == {address}";

    private static string SizeName(CookieSize size) => size == CookieSize.None
        ? "None"
        : string.Create(CultureInfo.InvariantCulture, $"{(int)size} Byte Cookie");

    private void AssertDirection(TunnelOptions tunnel, string source, int session, CookieSize size, string cookie, string nicAddress)
    {
        // QEMU's counter has the place of the sublayer.
        bool hasWord = tunnel.HasSublayer || tunnel.Counter != NetdevCounter.Off;
        string[] settings =
        [
            "-d", "l2tp.pw_type==0,eth",
            "-o", $"l2tp.cookie_size:{SizeName(size)}",
            "-o", $"l2tp.l2_specific:{(hasWord ? "Default L2-Specific" : "None")}",
        ];
        string[][] datagrams = Decode(
            $"{From(tunnel, source)} && icmp",
            settings,
            ["l2tp.sid", "l2tp.cookie", "l2tp.l2_spec_def", "l2tp.l2_spec_s", "l2tp.l2_spec_sequence", "eth.src", "frame.protocols"]);
        Assert.All(datagrams, fields =>
        {
            Assert.Equal(session, Convert.ToInt32(fields[0], 16));
            Assert.Equal(cookie, fields[1]);
            Assert.Equal(hasWord, fields[2].Length > 0);
            Assert.Equal(tunnel.IsSequenced, fields[3] is "1" or "True");
            Assert.Equal(nicAddress, fields[5]);
            Assert.EndsWith(":l2tp:ethertype:ip:icmp:data", fields[6], StringComparison.Ordinal);
        });
        if (tunnel.IsSequenced)
        {
            long[] numbers = [.. datagrams.Select(fields => long.Parse(fields[4], CultureInfo.InvariantCulture))];
            Assert.Equal(numbers.Distinct().Order(), numbers);
        }
    }

    // One must be there, after some moments. Of the others, several that were sent as one (UDP_SEGMENT) are too large for the filter.
    private string[][] Decode(string filter, string[] settings, string[] fields) =>
        Eventually.Get(() => TryDecode(filter, settings, fields), lines => lines.Length > 0, () => $"datagrams in {_path}: {filter}");

    private string[][] TryDecode(string filter, string[] settings, string[] fields) => ProcessRunner
        .Check("tshark", ["-n", "-r", _path, .. settings, "-Y", filter, "-T", "fields", "-E", "occurrence=l", .. fields.SelectMany(field => new[] { "-e", field })])
        .Split('\n', StringSplitOptions.RemoveEmptyEntries)
        .Select(line => line.Split('\t'))
        .ToArray();
}
