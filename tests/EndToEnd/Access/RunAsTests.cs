// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Observation;

namespace EndToEnd.Access;

/// <summary>-runas: QEMU makes its netdevs as root, and is nobody from then on.</summary>
public sealed class RunAsTests : IDisposable
{
    private static readonly Version s_runWith = new(9, 1);
    private readonly StatProgram _stat = new();
    private readonly TemporaryDirectory _captures = new();

    public void Dispose()
    {
        _stat.Dispose();
        _captures.Dispose();
    }

    /// <summary>Files that it has open it may go on writing to; a directory of root's is out of reach.</summary>
    [Fact]
    public void A_netdev_goes_on_without_roots_rights_and_another_can_be_added()
    {
        string capture = _captures.File("guest.pcap");
        QemuOptions options = _stat.Options with
        {
            Arguments = Drop(),
            Environment = _stat.Environment,
            Settings = $"require,n0.pcap={capture},n0.pcap-size=4k",
        };
        using QemuTunnel tunnel = new(options: options);
        tunnel.Guest.OpenToAll();
        Assert.Contains("Uid:\t65534\t65534\t65534\t65534\n", File.ReadAllText($"/proc/{tunnel.Qemu.Id}/status"), StringComparison.Ordinal);
        Exchange(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
        tunnel.Qemu.Qmp.Execute("set_link", new { name = "n0", up = false });
        tunnel.Qemu.Qmp.Execute("set_link", new { name = "n0", up = true });
        Exchange(tunnel.Netdev, tunnel.Guest, tunnel.Wire);
        Assert.Single(_stat.Netdevs());

        // The full file cannot get another name there.
        Assert.Contains("the capture into", Assert.Single(tunnel.Qemu.WaitForLog("traffic goes on")), StringComparison.Ordinal);
        Assert.NotEmpty(PcapFile.Read(capture));

        AddAnother(tunnel.Qemu);
        FrameSocket.Detach(tunnel.Qemu, "n0");
        tunnel.Qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        Assert.Empty(_stat.Netdevs());
        Assert.Equal(0, tunnel.Qemu.Quit());
    }

    private static void AddAnother(QemuProcess qemu)
    {
        using WirePeer wire = WirePeer.Udp();
        using FrameSocket guest = new();
        guest.OpenToAll();
        L2tpv3Netdev netdev = new() { Id = "n1", SourcePort = FreePort.Udp(), DestinationPort = wire.Port };
        qemu.Qmp.Execute("netdev_add", netdev.Options());
        guest.Attach(qemu, "n1", hub: 1);
        Exchange(netdev, guest, wire);
        FrameSocket.Detach(qemu, "n1");
        qemu.Qmp.Execute("netdev_del", new { id = "n1" });
    }

    private static string[] Drop() => QemuRoot.Release >= s_runWith ? ["-run-with", $"user={OtherUser.Name}"] : ["-runas", OtherUser.Name];

    private static void Exchange(L2tpv3Netdev netdev, FrameSocket guest, WirePeer wire)
    {
        foreach (byte[] frame in Enumerable.Range(0, 5).Select(seed => TestFrames.Create(1000, seed)))
        {
            guest.Send(frame);
            Assert.Equal(netdev.Datagram(frame), wire.Receive());
            wire.Send(netdev.OtherEnd().Datagram(frame), netdev.Source, netdev.SourcePort!.Value);
            Assert.Equal(frame, guest.Receive());
        }
    }
}
