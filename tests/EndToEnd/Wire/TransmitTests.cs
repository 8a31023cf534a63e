// SPDX-License-Identifier: GPL-2.0-or-later
using TestKit;

namespace EndToEnd.Wire;

/// <summary>The bytes that a frame becomes, written out.</summary>
public sealed class TransmitTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_smallest_UDP_datagram_is_the_version_word_the_session_and_the_frame(bool plugin)
    {
        using WirePeer peer = WirePeer.Udp();
        using FrameSocket guest = new();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = peer.Port, TransmitSession = 0x01020304 };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = plugin,
            Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
        });
        byte[] frame = TestFrames.Create(60);

        guest.Send(frame);

        byte[] expected = [0x00, 0x03, 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, .. frame];
        Assert.Equal(expected, peer.Receive());
    }
}
