// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Interop;

/// <summary>Random tunnels, byte for byte as the stock backend has them. FUZZ_SEED makes others.</summary>
public sealed class RandomTunnelTests(RandomTunnels tunnels) : IClassFixture<RandomTunnels>
{
    private const int Frames = 12;

    public static TheoryData<int> Indexes => [.. Enumerable.Range(0, RandomTunnels.Count)];

    [Theory]
    [MemberData(nameof(Indexes))]
    public void The_plugin_sends_what_the_stock_backend_sends(int index)
    {
        (OracleEnd plugin, FrameSocket pluginGuest, OracleEnd stock, FrameSocket stockGuest) = tunnels.Tunnel(index);

        foreach (byte[] frame in FramesOf(index))
        {
            pluginGuest.Send(frame);
            stockGuest.Send(frame);
            AssertEqual(stock.Receive(), plugin.Receive(), index);
        }
    }

    /// <summary>But for what the stock backend does not do: fill short frames, and take long ones whole.</summary>
    [Theory]
    [MemberData(nameof(Indexes))]
    public void The_plugin_delivers_what_the_stock_backend_delivers(int index)
    {
        (OracleEnd plugin, FrameSocket pluginGuest, OracleEnd stock, FrameSocket stockGuest) = tunnels.Tunnel(index);

        uint counter = 0;
        foreach (byte[] frame in FramesOf(index))
        {
            counter += 0x0101_0101;
            plugin.Send(frame, counter);
            stock.Send(frame, counter);
            byte[] fromPlugin = pluginGuest.Receive();
            AssertEqual(TestFrames.Padded(frame), fromPlugin, index);
            AssertEqual(TestFrames.Padded(stockGuest.Receive()), fromPlugin[..Math.Min(fromPlugin.Length, StockBackend.Buffer)], index);
        }
    }

    private static IEnumerable<byte[]> FramesOf(int index)
    {
#pragma warning disable CA5394 // a test wants the same frames each time, not secret ones
        Random random = new((RandomTunnels.Seed * 1000) + index);
        return [.. Enumerable.Range(0, Frames).Select(_ => TestFrames.Create(random.Next(3) == 0 ? random.Next(14, 128) : random.Next(14, 9001), random.Next(1000)))];
#pragma warning restore CA5394
    }

    private static void AssertEqual(byte[] expected, byte[] found, int index) => Assert.True(
        expected.AsSpan().SequenceEqual(found),
        $"seed {RandomTunnels.Seed}, tunnel {index}: {found.Length} bytes for {expected.Length}, other ones from {expected.AsSpan().CommonPrefixLength(found)} on");
}
