// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Guests;

/// <summary>savevm and loadvm: the NIC goes back in time, and the netdev has to follow.</summary>
public sealed class SnapshotTests : IDisposable
{
    private const string Bios = "bios";
    private const string Linux = "linux";
    private const string AtFirst = "10";
    private const string Booted = "12 csum tso4 tso6 ecn";

    private static readonly GuestLink s_link = new(0, "virtio-net-pci", Encapsulation.Udp4);

    private readonly NetworkNamespace _network = new();
    private readonly TemporaryDirectory _directory = new();

    public void Dispose()
    {
        _directory.Dispose();
        _network.Dispose();
    }

    /// <summary>Before the driver has come the vnet header has 10 bytes and nothing is offloaded; with it, 12 and all is.</summary>
    [Fact]
    public void A_guest_that_went_back_to_its_BIOS_and_forth_again_keeps_its_offloads_and_its_traffic()
    {
        using Guest peer = new(Options(2));
        using Guest guest = new(Options(1, "-S"));
        AddDisk(guest);
        WaitForVnet(guest, AtFirst);
        Snapshot(guest, "savevm", Bios);
        guest.Qemu.Hmp("cont");
        s_link.Configure(guest, 1);
        s_link.Configure(peer, 2);
        AssertTraffic(guest, peer);
        WaitForVnet(guest, Booted);
        Snapshot(guest, "savevm", Linux);

        for (int round = 0; round < 2; round++)
        {
            guest.Qemu.Hmp("stop");
            Snapshot(guest, "loadvm", Bios);
            WaitForVnet(guest, AtFirst);
            Snapshot(guest, "loadvm", Linux);
            guest.Qemu.Hmp("cont");
            WaitForVnet(guest, Booted);
            AssertTraffic(guest, peer);
        }
    }

    /// <summary>Pings, and TCP in large frames, both ways.</summary>
    private static void AssertTraffic(Guest guest, Guest peer)
    {
        GuestPair.AssertPings(guest, s_link.Address(2));
        GuestPair.AssertPings(peer, s_link.Address(1));
        peer.ServeIperf();
        guest.Run($"iperf3 --client {s_link.Address(2)} --bidir --bytes 5M");
    }

    /// <summary>Waits until NIC and plugin have agreed on this.</summary>
    private static void WaitForVnet(Guest guest, string vnet) =>
        guest.Qemu.WaitForNetdev(s_link.NetdevId, info => string.Equals(info.Vnet, vnet, StringComparison.Ordinal));

    private static void Snapshot(Guest guest, string command, string name) => Assert.Equal(string.Empty, guest.Qemu.Hmp($"{command} {name}").Trim());

    /// <summary>A disk that holds snapshots, made by QEMU itself.</summary>
    private void AddDisk(Guest guest)
    {
        string file = _directory.File("disk");
        Create(guest, new { driver = "file", filename = file, size = 0 });
        Add(guest, "file", "f0", ("filename", file));
        Create(guest, new { driver = "qcow2", file = "f0", size = 1 << 20 });
        Add(guest, "qcow2", "q0", ("file", "f0"));
    }

    private static void Create(Guest guest, object options)
    {
        guest.Qemu.Qmp.Execute("blockdev-create", new Dictionary<string, object>(StringComparer.Ordinal) { ["job-id"] = "create", ["options"] = options });
        JsonElement job = Eventually.Get(
            () => guest.Qemu.Qmp.Execute("query-jobs")[0],
            job => job.GetProperty("status").GetString() is "concluded",
            () => "a disk");
        Assert.False(job.TryGetProperty("error", out JsonElement error), error.ToString());
        guest.Qemu.Qmp.Execute("job-dismiss", new { id = "create" });
    }

    private static void Add(Guest guest, string driver, string name, (string Key, string Value) below) =>
        guest.Qemu.Qmp.Execute("blockdev-add", new Dictionary<string, string>(StringComparer.Ordinal) { ["driver"] = driver, ["node-name"] = name, [below.Key] = below.Value });

    private QemuOptions Options(int end, params string[] more) =>
        new() { Plugin = true, Namespace = _network, Arguments = [.. s_link.Arguments(end), .. more] };
}
