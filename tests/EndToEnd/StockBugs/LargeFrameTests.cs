// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.StockBugs;

/// <summary>
/// Frames of any size arrive whole. The stock backend reads into a buffer of its own (2 KiB, later releases 16 KiB) and hands on
/// what fits as if it were the frame.
/// </summary>
public sealed class LargeFrameTests
{
    [Theory]
    [InlineData(2049)]
    [InlineData(9000)]
    [InlineData(16_385)]
    public void Frames_above_the_stock_buffer_arrive_whole(int size)
    {
        byte[] frame = TestFrames.Create(size);
        Assert.Equal(frame, Receive(plugin: true, frame));
    }

    [Fact]
    public void The_stock_backend_cuts_them()
    {
        byte[] frame = TestFrames.Create(StockBackend.Buffer + 1);
        Assert.Equal(frame[..StockBackend.Buffer], Receive(plugin: false, frame));
    }

    private static byte[] Receive(bool plugin, byte[] frame)
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = plugin });
        tunnel.SendFrame(frame);
        return tunnel.Guest.Receive();
    }
}
