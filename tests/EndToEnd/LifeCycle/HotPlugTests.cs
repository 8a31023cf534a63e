// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>netdev_add and netdev_del, over QMP and in the human monitor.</summary>
public sealed class HotPlugTests : IDisposable
{
    private readonly QemuProcess _qemu = QemuProcess.Start(new QemuOptions { Plugin = true });
    private readonly WirePeer _wire = WirePeer.Udp();

    private L2tpv3Netdev Netdev => new() { SourcePort = SourcePort, DestinationPort = _wire.Port };

    private int SourcePort { get; } = FreePort.Udp();

    [Fact]
    public void A_netdev_added_over_QMP_works_and_can_be_deleted_and_added_again()
    {
        for (int round = 0; round < 3; round++)
        {
            _qemu.Qmp.Execute("netdev_add", Netdev.Options());
            AssertCarriesFrames();
            _qemu.Qmp.Execute("netdev_del", new { id = "n0" });
            AssertGone();
        }
    }

    [Fact]
    public void A_netdev_added_in_the_human_monitor_works_and_can_be_deleted_and_added_again()
    {
        for (int round = 0; round < 3; round++)
        {
            Assert.Empty(_qemu.Hmp($"netdev_add {Netdev}"));
            AssertCarriesFrames();
            Assert.Empty(_qemu.Hmp("netdev_del n0"));
            AssertGone();
        }
    }

    [Fact]
    public void A_netdev_whose_peer_on_the_hub_goes_first_can_be_deleted()
    {
        using FrameSocket guest = new();
        _qemu.Qmp.Execute("netdev_add", Netdev.Options());
        guest.Attach(_qemu, "n0");
        FrameSocket.Detach(_qemu, "n0");
        _wire.Send(Netdev.OtherEnd().Datagram(TestFrames.Create(60)), "127.0.0.1", SourcePort);

        _qemu.Qmp.Execute("netdev_del", new { id = "n0" });

        AssertGone();
    }

    public void Dispose()
    {
        Assert.Equal(0, _qemu.Quit());
        _qemu.Dispose();
        _wire.Dispose();
    }

    private void AssertCarriesFrames()
    {
        using FrameSocket guest = new();
        guest.Attach(_qemu, "n0");
        byte[] frame = TestFrames.Create(1514);

        guest.Send(frame);
        Assert.Equal(Netdev.Datagram(frame), _wire.Receive());
        _wire.Send(Netdev.OtherEnd().Datagram(frame), "127.0.0.1", SourcePort);
        Assert.Equal(frame, guest.Receive());

        Assert.True(_qemu.Netdev("n0").IsPlugin);
        FrameSocket.Detach(_qemu, "n0");
    }

    private void AssertGone() => Assert.False(NetdevInfo.Exists(_qemu.Hmp("info network"), "n0"));
}
