// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>QEMU's seccomp sandbox kills a process that makes a forbidden system call; the .NET runtime starts inside it.</summary>
public sealed class SandboxTests
{
    private const string DenyAll = "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny";

    [Fact]
    public void A_netdev_on_the_command_line_works_under_the_sandbox()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = true, Arguments = ["-sandbox", DenyAll] });
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

    /// <summary>Whatever makes a system call of its own: files, probes of the path, DF and TOS, timers, raw IP.</summary>
    [Theory]
    [InlineData("source-check=roam,tos=inherit,df=inherit,seq=none")]
    [InlineData("gso=off,gro=off,source-check=off,udp-csum=off,ttl=3,bind-device=lo")]
    [InlineData("seq=both,reorder=8,gso=uneven,rcvbuf=64k,sndbuf=64k,df=on")]
    public void Every_setting_works_under_the_sandbox(string settings)
    {
        using TemporaryDirectory directory = new();
        string pages = directory.File("pages");
        string all = $"require,{settings},stats={pages},pcap={directory.File("guest")},pcap-wire={directory.File("wire")},pcap-size=4k";
        L2tpv3Netdev netdev = new() { Cookie = CookieSize.Bits64, TransmitCookie = 1, ReceiveCookie = 2, SourcePort = FreePort.Udp(), DestinationPort = FreePort.Udp() };
        L2tpv3Netdev other = netdev.OtherEnd() with { Id = "n1" };
        using FrameSocket guest = new();
        using FrameSocket otherGuest = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            Settings = all.Replace(",pcap", ",n0.pcap", StringComparison.Ordinal),
            Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments("n0"), "-netdev", other.ToString(), .. otherGuest.Arguments("n1", hub: 1), "-sandbox", DenyAll],
        });
        for (int number = 0; number < 30; number++)
        {
            byte[] frame = TestFrames.Create(1000, number);
            guest.Send(frame);
            Assert.Equal(frame, otherGuest.Receive());
            otherGuest.Send(frame);
            Assert.Equal(frame, guest.Receive());
        }

        qemu.WaitForNetdev("n0", info => info.FramesReceived == 30);
        qemu.Qmp.Execute("set_link", new { name = "n0", up = false });
        qemu.Qmp.Execute("set_link", new { name = "n0", up = true });
        Assert.Equal(2, Directory.GetFiles(pages).Length);
        FrameSocket.Detach(qemu, "n0");
        qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        Assert.Single(Directory.GetFiles(pages));
        Assert.True(File.Exists(directory.File("guest.1")));
        Assert.Equal(0, qemu.Quit());
        Assert.Empty(Directory.GetFiles(pages));
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
