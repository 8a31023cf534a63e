// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Flow;

/// <summary>Frames of the guest that no datagram can carry, or that are no frames.</summary>
public sealed class GuestFrameTests : System.IDisposable
{
    private readonly QemuTunnel _tunnel = new();

    [Fact]
    public void A_frame_too_long_for_a_datagram_is_dropped_and_counted() => AssertDropped(TestFrames.Create(65_530), "frame too long");

    [Fact]
    public void A_frame_shorter_than_an_Ethernet_header_is_dropped_and_counted() => AssertDropped(TestFrames.Create(13), "runt from guest");

    public void Dispose() => _tunnel.Dispose();

    private void AssertDropped(byte[] bad, string reason)
    {
        _tunnel.Guest.Send(bad);

        NetdevInfo info = _tunnel.WaitForInfo(info => info.Drops == 1);
        Assert.Equal(reason, info.MostFrequentDrop);
        _tunnel.AssertTransmits(TestFrames.Create(60));
    }
}
