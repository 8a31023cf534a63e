// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Interop;

/// <summary>The plugin in one QEMU against the stock backend of another, for every header, both ways.</summary>
public sealed class StockBackendTests(PluginAndStock pair) : IClassFixture<PluginAndStock>
{
    /// <summary>The stock backend cuts larger frames.</summary>
    private const int StockMaximum = 2048;

    private static readonly Dictionary<(Encapsulation, CookieSize, NetdevCounter, int), L2tpv3Netdev> s_tunnels = TunnelTable.Tunnels();

    private static readonly int[] s_sizes =
    [
        .. Enumerable.Range(14, 8), .. Enumerable.Range(56, 10), 127, 128, 129, 255, 256, 257, 511, 512, 513, 590, 1023, 1024, 1025,
        1279, 1280, 1499, 1500, 1513, 1514, 1518, 2047, 2048, 2049, 2050, 3000, 4095, 4096, 4097, 5000, 8192, 8999, 9000,
    ];

    public static TheoryData<Encapsulation, CookieSize, NetdevCounter, int> Headers => TunnelTable.Rows();

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_stock_backend_reads_what_the_plugin_sends(Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset)
    {
        (FrameSocket plugin, FrameSocket stock) = pair.Guests(s_tunnels[(encapsulation, cookie, counter, offset)].Id);

        QemuPair.Transfer(plugin, stock, s_sizes.Where(size => size <= StockMaximum), pads: false);
    }

    [Theory]
    [MemberData(nameof(Headers))]
    public void The_plugin_reads_what_the_stock_backend_sends(Encapsulation encapsulation, CookieSize cookie, NetdevCounter counter, int offset)
    {
        (FrameSocket plugin, FrameSocket stock) = pair.Guests(s_tunnels[(encapsulation, cookie, counter, offset)].Id);

        QemuPair.Transfer(stock, plugin, s_sizes, pads: true);
    }
}
