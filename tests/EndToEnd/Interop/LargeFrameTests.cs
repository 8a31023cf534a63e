// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Interop;

/// <summary>Frames larger than the stock backend can receive, from plugin to plugin.</summary>
public sealed class LargeFrameTests(PluginAndPlugin pair) : IClassFixture<PluginAndPlugin>
{
    private static readonly int[] s_sizes = [2047, 2048, 2049, 4096, 8192, 9000, 9018, 16384, 32767, 32768, 40_000, 60_000, 64_999, 65_000];

    [Theory]
    [InlineData(Encapsulation.Udp4)]
    [InlineData(Encapsulation.Udp6)]
    [InlineData(Encapsulation.Ip4)]
    [InlineData(Encapsulation.Ip6)]
    public void Frames_of_up_to_65000_bytes_pass_uncut_both_ways(Encapsulation encapsulation)
    {
        (FrameSocket left, FrameSocket right) = pair.Guests(TunnelTable.Create((int)encapsulation, encapsulation).Id);

        QemuPair.Transfer(left, right, s_sizes, pads: true);
        QemuPair.Transfer(right, left, s_sizes, pads: true);
    }
}
