// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>
/// A NIC that models real hardware wants frames of 60 bytes at least; virtio-net does not. QEMU's filter-dump records what a
/// netdev hands over, so no guest has to run. The vnet header of a NIC that asked for one is all zero, for no
/// driver has accepted anything.
/// </summary>
public sealed class PaddingTests
{
    private const int ArpFrame = 42;

    /// <summary>filter-dump writes the vnet header too in 7.2; 10.0 and 11.1 leave it out.</summary>
    private static bool IsStrippedByTheFilter => QemuRoot.Release.Major >= 10;

    [Theory]
    [InlineData("virtio-net-pci", 10, ArpFrame)]
    [InlineData("e1000", 0, 60)]
    [InlineData("e1000e", 10, 60)]
    [InlineData("rtl8139", 0, 60)]
    public void A_short_frame_is_padded_where_the_NIC_wants_it(string nic, int vnetHeaderSize, int expectedSize)
    {
        using TemporaryDirectory directory = new();
        using WirePeer wire = WirePeer.Udp();
        string capture = directory.File("pcap");
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        byte[] frame = TestFrames.Create(ArpFrame);
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            BaseArguments = ["-nodefaults", "-display", "none", "-M", "pc", "-accel", "tcg", "-m", "32"],
            Arguments =
            [
                "-netdev", netdev.ToString(),
                "-device", $"{nic},netdev=n0,romfile=",
                "-object", $"filter-dump,id=f0,netdev=n0,file={capture}",
            ],
        });

        // Twice, a longer one in between: what lies behind the frame in the plugin's memory must not be taken for padding.
        wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort.Value);
        wire.Send(netdev.OtherEnd().Datagram(TestFrames.Create(200)), "127.0.0.1", netdev.SourcePort.Value);
        wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort.Value);
        IReadOnlyList<byte[]> frames = Eventually.Get(() => PcapFile.Read(capture), read => read.Count >= 1, () => "the capture");

        byte[] expected = expectedSize == ArpFrame ? frame : TestFrames.Padded(frame);
        Assert.Equal([.. new byte[IsStrippedByTheFilter ? 0 : vnetHeaderSize], .. expected], frames[0]);
    }
}
