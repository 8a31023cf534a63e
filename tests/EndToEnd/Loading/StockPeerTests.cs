// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Interop;

namespace EndToEnd.Loading;

/// <summary>For every header: the options that were read back from the stock backend are those that it was given.</summary>
public sealed class StockPeerTests(OptionAndStock pair) : IClassFixture<OptionAndStock>
{
    private static readonly Dictionary<(Encapsulation, CookieSize, NetdevCounter, int), L2tpv3Netdev> s_tunnels = TunnelTable.Tunnels();

    public static TheoryData<Encapsulation, CookieSize, NetdevCounter, int> Headers => TunnelTable.Rows();

    [Theory]
    [MemberData(nameof(Headers))]
    public void Both_read_each_other(Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset)
    {
        (FrameSocket plugin, FrameSocket stock) = pair.Guests(s_tunnels[(encapsulation, cookie, counter, offset)].Id);

        QemuPair.Transfer(plugin, stock, [60, 1514], pads: false);
        QemuPair.Transfer(stock, plugin, [60, 1514, 9000], pads: true);
    }
}
