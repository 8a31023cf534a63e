// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.StockBugs;

/// <summary>
/// Send errors are visible. The stock backend loses the frame without a word; `info network` says "connected" as ever. Here the
/// peer's address goes away, so that the kernel has no route.
/// </summary>
public sealed class SendErrorTests : IDisposable
{
    private const string Peer = "10.115.0.2";

    private readonly NetworkNamespace _network = new();

    public SendErrorTests() => _network.AddLoopbackAddress(Peer + "/32");

    [Fact]
    public void Frames_that_cannot_be_sent_are_counted_and_the_error_is_logged_once_per_change()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = true, Namespace = _network }, wireAddress: Peer);
        byte[] frame = TestFrames.Create(60);

        RemovePeer();
        tunnel.Guest.Send(frame);
        tunnel.Guest.Send(frame);

        NetdevInfo info = tunnel.WaitForInfo(info => info.Drops >= 2);
        Assert.Equal(2, info.Drops);
        Assert.Equal("send failed", info.MostFrequentDrop);
        Assert.Equal(0, info.FramesTransmitted);
        Assert.Contains("Network is unreachable", info.Line, StringComparison.Ordinal);
        string warning = Assert.Single(tunnel.Qemu.WaitForLog("l2tpv3"));
        Assert.Contains("'n0'", warning, StringComparison.Ordinal);
        Assert.Contains("Network is unreachable", warning, StringComparison.Ordinal);

        _network.AddLoopbackAddress(Peer + "/32");
        tunnel.AssertTransmits(frame);
    }

    [Fact]
    public void The_stock_backend_says_nothing()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = false, Namespace = _network }, wireAddress: Peer);
        byte[] lost = TestFrames.Create(60, seed: 1);
        byte[] sent = TestFrames.Create(60, seed: 2);

        RemovePeer();
        tunnel.Guest.Send(lost);
        Assert.EndsWith("l2tpv3: connected", tunnel.Info().Line, StringComparison.Ordinal);
        _network.AddLoopbackAddress(Peer + "/32");
        tunnel.AssertTransmits(sent);
        Assert.DoesNotContain("l2tpv3", tunnel.Qemu.StandardError, StringComparison.Ordinal);
    }

    public void Dispose() => _network.Dispose();

    private void RemovePeer() => _network.Ip("address", "delete", Peer + "/32", "dev", "lo");
}
