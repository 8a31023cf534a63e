// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.Guests;

/// <summary>Live migration. The backend has no state of its own to move, so the guest must not notice.</summary>
public sealed class MigrationTests
{
    [Fact]
    public void A_guest_that_migrates_to_another_QEMU_keeps_its_connection()
    {
        GuestLink link = new(0, "virtio-net-pci", Encapsulation.Udp4);
        L2tpv3Netdev netdev = link.Netdev(1) with { Source = MovingHost.Address, Destination = MovingHost.PeerAddress };
        using TemporaryDirectory directory = new();
        using MovingHost hosts = new();
        using Guest peer = new(Options(hosts.Peer, netdev.OtherEnd(), link.Device(2)));
        using Guest source = new(Options(hosts.Before, netdev, link.Device(1)));
        string channel = "unix:" + directory.File("migration");
        using Guest destination = Guest.Incoming(Options(hosts.After, netdev, link.Device(1)), channel);
        link.Configure(source, 1);
        link.Configure(peer, 2);
        GuestPair.AssertPings(source, link.Address(2));
        GuestPair.AssertPings(peer, link.Address(1));
        string before = source.Run("cat /proc/sys/kernel/random/boot_id");

        source.Qemu.Qmp.Execute("migrate", new { uri = channel });
        Eventually.Get(() => Status(source), status => status is "completed", () => "migration");
        hosts.Move();

        Assert.Equal(before, destination.Run("cat /proc/sys/kernel/random/boot_id"));
        GuestPair.AssertPings(destination, link.Address(2));
        GuestPair.AssertPings(peer, link.Address(1));
        Assert.True(destination.Qemu.WaitForNetdev(link.NetdevId, info => info is { FramesTransmitted: > 12, FramesReceived: > 12 }).IsPlugin);
        Assert.Equal(0, source.Qemu.Quit());
    }

    private static string Status(Guest guest) =>
        guest.Qemu.Qmp.Execute("query-migrate").TryGetProperty("status", out System.Text.Json.JsonElement status) ? status.GetString()! : "none";

    private static QemuOptions Options(NetworkNamespace host, L2tpv3Netdev netdev, string device) =>
        new() { Plugin = true, Namespace = host, Arguments = ["-netdev", netdev.ToString(), "-device", device] };
}
