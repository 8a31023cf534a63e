// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using TestKit;

namespace EndToEnd.StockBugs;

/// <summary>
/// Send errors are visible. The stock backend loses the frame without a word; `info network` says "connected" as ever. A frame
/// above what a UDP datagram can carry is an error that needs no special network: EMSGSIZE.
/// </summary>
public sealed class SendErrorTests
{
    private const int TooLarge = 65_530;

    [Fact]
    public void A_frame_that_cannot_be_sent_is_counted_and_logged_once()
    {
        using Tunnel tunnel = new();

        tunnel.Guest.Send(TestFrames.Create(TooLarge));
        tunnel.Guest.Send(TestFrames.Create(TooLarge));

        NetdevInfo info = tunnel.WaitForInfo(info => info.Drops >= 2);
        Assert.Equal(2, info.Drops);
        Assert.Equal(0, info.FramesTransmitted);
        string log = tunnel.Qemu.StandardError;
        Assert.Equal(log.IndexOf("n0", StringComparison.Ordinal), log.LastIndexOf("n0", StringComparison.Ordinal));
        Assert.Contains("l2tpv3", log, StringComparison.Ordinal);
        Assert.Contains("Message too long", log, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stock_backend_says_nothing()
    {
        using Tunnel tunnel = new(options: new QemuOptions { Plugin = false });
        byte[] small = TestFrames.Create(60);

        tunnel.Guest.Send(TestFrames.Create(TooLarge));
        tunnel.Guest.Send(small);

        Assert.Equal(tunnel.Netdev.Datagram(small), tunnel.Wire.Receive());
        Assert.EndsWith("l2tpv3: connected", tunnel.Info().Line, StringComparison.Ordinal);
        Assert.DoesNotContain("l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
    }
}
