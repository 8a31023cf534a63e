// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.StockBugs;

/// <summary>
/// pincounter=on alone means a counter word that stays 0. The stock backend forgets it when it sizes the header, then writes
/// four bytes behind the header's memory; the wire has no counter word.
/// </summary>
public sealed class PincounterAloneTests
{
    private static readonly byte[] s_versionAndSession = [0x00, 0x03, 0x00, 0x00, 0x11, 0x22, 0x33, 0x44];

    [Fact]
    public void Pincounter_alone_sends_a_counter_word_of_zero()
    {
        byte[] frame = TestFrames.Create(60);
        Assert.Equal([.. s_versionAndSession, 0, 0, 0, 0, .. frame], Transmit(plugin: true, frame));
    }

    [Fact]
    public void The_stock_backend_sends_no_counter_word()
    {
        byte[] frame = TestFrames.Create(60);
        Assert.Equal([.. s_versionAndSession, .. frame], Transmit(plugin: false, frame));
    }

    private static byte[] Transmit(bool plugin, byte[] frame)
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port, TransmitSessionId = 0x11223344 };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = plugin,
            Arguments = ["-netdev", $"{netdev},pincounter=on", .. guest.Arguments(netdev.Id)],
        });

        guest.Send(frame);

        return wire.Receive();
    }
}
