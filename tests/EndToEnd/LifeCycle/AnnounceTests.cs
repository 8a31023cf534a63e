// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.LifeCycle;

/// <summary>
/// QEMU announces its NICs after a migration, or when it is told to. Up to 9.0 these frames come without the vnet header
/// that the NIC has set; taken for frames that have one, they would lose their first bytes.
/// </summary>
public sealed class AnnounceTests
{
    [Theory]
    [InlineData("virtio-net-pci")]
    [InlineData("e1000e")]
    [InlineData("vmxnet3")]
    [InlineData("e1000")]
    public void An_announcement_is_on_the_wire_as_QEMU_has_made_it(string model)
    {
        using WirePeer peer = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = peer.Port };

        // A machine that runs, for QEMU holds the frames of one that does not; and that has nothing to boot, not from the net either.
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            BaseArguments = ["-nodefaults", "-display", "none", "-M", "pc,accel=tcg"],
            Arguments = ["-netdev", netdev.ToString(), "-device", $"{model},netdev={netdev.Id},mac=52:54:00:09:00:01,romfile="],
        });

        qemu.Qmp.Execute("announce-self", new { initial = 50, max = 50, rounds = 1, step = 50 });

        // RFC 903: a reverse request by the NIC for its own address.
        byte[] mac = [0x52, 0x54, 0x00, 0x09, 0x00, 0x01];
        byte[] frame =
        [
            0xff, 0xff, 0xff, 0xff, 0xff, 0xff, .. mac, 0x80, 0x35,
            0x00, 0x01, 0x08, 0x00, 0x06, 0x04, 0x00, 0x03, .. mac, 0, 0, 0, 0, .. mac, 0, 0, 0, 0,
            .. new byte[18],
        ];
        Assert.Equal(netdev.Datagram(frame), peer.Receive());
        Assert.Equal(0, qemu.WaitForNetdev(netdev.Id, info => info.FramesTransmitted == 1).Drops);
    }
}
