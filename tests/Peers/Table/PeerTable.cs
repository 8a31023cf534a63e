// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.Table;

/// <summary>The rows that share one lab.</summary>
public static class PeerTable
{
    // Every pair of cookies of ip-l2tp(8), to the peer and from it.
    private static readonly (CookieSize ToPeer, CookieSize FromPeer)[] s_cookies =
    [
        (CookieSize.None, CookieSize.None),
        (CookieSize.Bits32, CookieSize.Bits32),
        (CookieSize.Bits64, CookieSize.Bits64),
        (CookieSize.Bits32, CookieSize.Bits64),
        (CookieSize.Bits64, CookieSize.None),
    ];

    /// <summary>All of them; a tunnel's index is its place here.</summary>
    public static IReadOnlyList<Peer> Peers { get; } = [.. Numbered([.. KernelPeers(), .. IpsecPeers(), .. ContainerPeers(), .. StockPeers()])];

    // Each encapsulation with each sublayer; the cookies take turns, as all combinations would take minutes.
    private static IEnumerable<Func<int, Peer>> KernelPeers()
    {
        int turn = 0;
        foreach (Encapsulation encapsulation in Enum.GetValues<Encapsulation>())
        {
            foreach ((bool hasSublayer, bool isSequenced) in ((bool, bool)[])[(false, false), (true, false), (true, true)])
            {
                (CookieSize toPeer, CookieSize fromPeer) = s_cookies[turn++ % s_cookies.Length];
                TunnelOptions tunnel = new()
                {
                    Encapsulation = encapsulation,
                    CookieToPeer = toPeer,
                    CookieFromPeer = fromPeer,
                    HasSublayer = hasSublayer,
                    IsSequenced = isSequenced,
                };
                yield return Make(tunnel, it => new KernelPeer(it));
            }
        }
    }

    private static IEnumerable<Func<int, Peer>> IpsecPeers() =>
        from encapsulation in Enum.GetValues<Encapsulation>()
        select Make(new TunnelOptions { Encapsulation = encapsulation }, tunnel => new IpsecPeer(tunnel));

    private static IEnumerable<Func<int, Peer>> ContainerPeers() =>
        [Make(new TunnelOptions { CookieToPeer = CookieSize.Bits32, CookieFromPeer = CookieSize.Bits32 }, tunnel => new ContainerPeer(tunnel))];

    private static IEnumerable<Func<int, Peer>> StockPeers() =>
    [
        Stock(Encapsulation.Udp4, CookieSize.None, NetdevCounter.Off),
        Stock(Encapsulation.Udp6, CookieSize.Bits32, NetdevCounter.On),
        Stock(Encapsulation.Ip4, CookieSize.Bits64, NetdevCounter.Pinned),
        Stock(Encapsulation.Ip6, CookieSize.Bits64, NetdevCounter.On),
    ];

    private static Func<int, Peer> Stock(Encapsulation encapsulation, CookieSize size, NetdevCounter counter) => Make(
        new TunnelOptions { Encapsulation = encapsulation, CookieToPeer = size, CookieFromPeer = size, Counter = counter },
        tunnel => new StockPeer(tunnel));

    private static Func<int, Peer> Make(TunnelOptions tunnel, Func<TunnelOptions, Peer> peer) => index => peer(tunnel with { Index = index });

    private static IEnumerable<Peer> Numbered(IReadOnlyList<Func<int, Peer>> peers) => peers.Select((make, index) => make(index));
}
