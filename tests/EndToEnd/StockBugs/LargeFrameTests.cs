// SPDX-License-Identifier: GPL-2.0-or-later
using TestKit;

namespace EndToEnd.StockBugs;

/// <summary>Frames above 2 KiB arrive whole. The stock backend reads into 2048 bytes and hands on what fits as if it were the frame.</summary>
public sealed class LargeFrameTests
{
    private const int StockBuffer = 2048;

    [Theory]
    [InlineData(2049)]
    [InlineData(9000)]
    public void Frames_above_2_KiB_arrive_whole(int size)
    {
        byte[] frame = TestFrames.Create(size);
        Assert.Equal(frame, Receive(plugin: true, frame));
    }

    [Fact]
    public void The_stock_backend_cuts_them()
    {
        byte[] frame = TestFrames.Create(9000);
        Assert.Equal(frame[..StockBuffer], Receive(plugin: false, frame));
    }

    private static byte[] Receive(bool plugin, byte[] frame)
    {
        using Tunnel tunnel = new(options: new QemuOptions { Plugin = plugin });
        tunnel.SendFrame(frame);
        return tunnel.Guest.Receive();
    }
}
