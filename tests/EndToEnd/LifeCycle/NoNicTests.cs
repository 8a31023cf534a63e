// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.LifeCycle;

/// <summary>Frames that QEMU throws away, since nobody is there to take them.</summary>
public sealed class NoNicTests
{
    private const int Frames = 5;

    [Fact]
    public void Frames_for_a_netdev_without_a_NIC_are_drops()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = ["-netdev", netdev.ToString()] });

        AssertDropped(qemu, wire, netdev, "no NIC");
    }

    [Fact]
    public void Frames_for_a_NIC_whose_link_is_down_are_drops()
    {
        using WirePeer wire = WirePeer.Udp();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            BaseArguments = ["-nodefaults", "-display", "none", "-S"],
            Arguments = ["-netdev", netdev.ToString(), "-device", "e1000,netdev=n0,id=nic0"],
        });
        qemu.Qmp.Execute("set_link", new { name = "nic0", up = false });

        AssertDropped(qemu, wire, netdev, "link down");
    }

    private static void AssertDropped(QemuProcess qemu, WirePeer wire, L2tpv3Netdev netdev, string reason)
    {
        for (int i = 0; i < Frames; i++)
        {
            wire.Send(netdev.OtherEnd().Datagram(TestFrames.Create(60, i)), netdev.Source, netdev.SourcePort!.Value);
        }

        NetdevInfo info = qemu.WaitForNetdev("n0", info => info.Drops == Frames);
        Assert.Equal((reason, 0L), (info.MostFrequentDrop, info.FramesReceived));
    }
}
