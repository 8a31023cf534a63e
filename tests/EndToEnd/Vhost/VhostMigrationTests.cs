// SPDX-License-Identifier: GPL-2.0-or-later
using EndToEnd.Guests;

namespace EndToEnd.Vhost;

/// <summary>Live migration between the programs of two hosts: the pages that the program writes must come along.</summary>
public sealed class VhostMigrationTests
{
    private const string Mac = "52:54:00:0b:00:01";
    private const string PeerMac = "52:54:00:0b:00:02";
    private const string Address = "10.11.0.1";
    private const string PeerAddress = "10.11.0.2";

    [Fact]
    public void A_guest_that_migrates_under_load_keeps_its_connections()
    {
        L2tpv3Netdev netdev = new() { Source = MovingHost.Address, Destination = MovingHost.PeerAddress, SourcePort = 1701, DestinationPort = 1701 };
        using TemporaryDirectory directory = new();
        using MovingHost hosts = new();
        using VhostProcess before = new(hosts.Before, netdev);
        using VhostProcess after = new(hosts.After, netdev);
        using Guest peer = new(new QemuOptions
        {
            Plugin = true,
            Namespace = hosts.Peer,
            Arguments = ["-netdev", netdev.OtherEnd().ToString(), "-device", $"virtio-net-pci,netdev={netdev.Id},mac={PeerMac}"],
        });
        using Guest source = new(new QemuOptions { Arguments = before.Arguments(Mac) });
        string channel = "unix:" + directory.File("migration");
        using Guest destination = Guest.Incoming(new QemuOptions { Arguments = after.Arguments(Mac) }, channel);
        source.Configure(Mac, Address + "/24");
        peer.Configure(PeerMac, PeerAddress + "/24");
        GuestPair.AssertPings(source, PeerAddress);
        peer.ServeIperf();
        source.Run($"iperf3 --client {PeerAddress} --time 3600 --bidir --bitrate 40M >/tmp/log 2>&1 & sleep 1");

        source.Qemu.Qmp.Execute("migrate", new { uri = channel });
        Eventually.Get(() => Status(source), status => status is "completed" or "failed", () => "migration");
        Assert.Equal("completed", Status(source));
        hosts.Move();

        GuestPair.AssertPings(destination, PeerAddress);
        GuestPair.AssertPings(peer, Address);
        Assert.InRange(Received(destination), 100_000, long.MaxValue);
        Assert.InRange(Received(peer), 100_000, long.MaxValue);
        Assert.DoesNotContain("warning", after.Log, StringComparison.Ordinal);
        Assert.Equal(0, source.Qemu.Quit());
    }

    /// <summary>Bytes that come in two seconds, of connections that were there before.</summary>
    private static long Received(Guest guest) => long.Parse(
        guest.Run("cd /sys/class/net/eth0/statistics; a=$(cat rx_bytes); sleep 2; echo $(($(cat rx_bytes) - a))"), CultureInfo.InvariantCulture);

    private static string Status(Guest guest) =>
        guest.Qemu.Qmp.Execute("query-migrate").TryGetProperty("status", out System.Text.Json.JsonElement status) ? status.GetString()! : "none";
}
