// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Wire;

/// <summary>The two extreme headers, written out byte by byte: they also judge <see cref="L2tpv3Netdev.Datagram"/>.</summary>
public sealed class LiteralBytesTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_smallest_UDP_header_is_the_version_word_and_the_session(bool plugin)
    {
        byte[] frame = TestFrames.Create(60);

        byte[] datagram = Transmit(plugin, new L2tpv3Netdev { TransmitSessionId = 0x01020304 }, frame);

        Assert.Equal([0x00, 0x03, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, .. frame], datagram);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_largest_UDP_header_has_the_cookie_the_counter_and_the_offset_behind_the_session(bool plugin)
    {
        byte[] frame = TestFrames.Create(60);
        L2tpv3Netdev netdev = new()
        {
            TransmitSessionId = 0x01020304,
            Cookie = CookieSize.Bits64,
            TransmitCookie = 0x1112_1314_1516_1718,
            ReceiveCookie = 1,
            Counter = NetdevCounter.On,
            Offset = 2,
        };

        byte[] datagram = Transmit(plugin, netdev, frame);

        byte[] header =
        [
            0x00, 0x03, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x17, 0x18, 0x00, 0x00, 0x00, 0x01,
        ];
        Assert.Equal(header, datagram[..header.Length]);
        Assert.Equal(frame, datagram[(header.Length + 2)..]);
    }

    private static byte[] Transmit(bool plugin, L2tpv3Netdev netdev, byte[] frame)
    {
        using QemuTunnel tunnel = new(netdev, new QemuOptions { Plugin = plugin });
        tunnel.Guest.Send(frame);
        return tunnel.Wire.Receive();
    }
}
