// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.StockBugs;

/// <summary>
/// cookie64=off means 32-bit cookies. The stock backend looks whether the option is there, not at its value: off gives 64 bits.
/// </summary>
public sealed class Cookie64OffTests
{
    private const int VersionAndSession = 8;

    [Fact]
    public void Cookie64_off_means_32_bit_cookies() => Assert.Equal(VersionAndSession + 4, HeaderSize(plugin: true));

    [Fact]
    public void The_stock_backend_takes_cookie64_off_for_on() => Assert.Equal(VersionAndSession + 8, HeaderSize(plugin: false));

    private static int HeaderSize(bool plugin)
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        L2tpv3Netdev netdev = new()
        {
            SourcePort = FreePort.Udp(),
            DestinationPort = wire.Port,
            Cookie = CookieSize.Bits32,
            TransmitCookie = 1,
            ReceiveCookie = 2,
        };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = plugin,
            Arguments = ["-netdev", $"{netdev},cookie64=off", .. guest.Arguments(netdev.Id)],
        });
        byte[] frame = TestFrames.Create(60);

        guest.Send(frame);

        return wire.Receive().AsSpan().IndexOf(frame);
    }
}
