// SPDX-License-Identifier: GPL-2.0-or-later
using TestKit;

namespace EndToEnd.LifeCycle;

/// <summary>QEMU's seccomp sandbox kills a process that makes a forbidden system call; the .NET runtime starts inside it.</summary>
public sealed class SandboxTests
{
    private const string DenyAll = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    [Fact]
    public void A_netdev_on_the_command_line_works_under_the_sandbox()
    {
        using Tunnel tunnel = new(options: new QemuOptions { Plugin = true, Arguments = ["-sandbox", DenyAll] });
        AssertCarriesFrames(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    [Fact]
    public void A_netdev_added_later_works_under_the_sandbox()
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true, Arguments = ["-sandbox", DenyAll] });

        qemu.Qmp.Execute("netdev_add", netdev.Options());
        guest.Attach(qemu, "n0");

        AssertCarriesFrames(netdev, guest, wire);
        Assert.Equal(0, qemu.Quit());
    }

    private static void AssertCarriesFrames(L2tpv3Netdev netdev, FrameSocket guest, WirePeer wire)
    {
        for (int number = 0; number < 100; number++)
        {
            byte[] frame = TestFrames.Create(1514, number);
            guest.Send(frame);
            Assert.Equal(netdev.Datagram(frame), wire.Receive());
            wire.Send(netdev.OtherEnd().Datagram(frame), "127.0.0.1", netdev.SourcePort!.Value);
            Assert.Equal(frame, guest.Receive());
        }
    }
}
