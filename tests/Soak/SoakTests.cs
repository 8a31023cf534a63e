// SPDX-License-Identifier: GPL-2.0-or-later
using System.Diagnostics;
using System.Text.Json;

namespace Soak;

/// <summary>
/// Netdevs come and go while traffic passes over another one. What may not grow: descriptors and threads at all, resident memory beyond
/// an allowance, collections that frames have caused.
///
/// Opening a netdev allocates (options, addresses, texts), so that thousands of them bring collections of the .NET runtime, one in some
/// fifty. They are no growth, and `info network` does not count them; those that it counts are a bug.
/// </summary>
public sealed class SoakTests
{
    private const int WarmUp = 300;
    private const int NicEvery = 250;
    private const int Chunk = 50;

    /// <summary>By how much longer than planned it may take where others work, too.</summary>
    private const int BusyMachine = 5;

    private static readonly TimeSpan s_settling = TimeSpan.FromSeconds(2);

    /// <summary>A session has megabytes of native memory; the collector may keep some tens of MiB of what was managed.</summary>
    private const long AllowanceKib = 40 << 10;

    [Fact]
    public void A_QEMU_whose_netdevs_come_and_go_under_traffic_grows_in_nothing()
    {
        Stopwatch elapsed = Stopwatch.StartNew();
        using SoakPair pair = new();
        using FaultTable table = new(
            "soak", "QEMU", "minutes", "netdevs", "of them with a NIC", "ms each", "RSS before, KiB", "after", "descriptors", "after", "threads", "after", "collections by frames");
        pair.StartTraffic();
        pair.WaitForTraffic();
        QemuProcess[] qemus = [pair.Guest.Qemu, pair.Host];
        int[] nics = [0, 0];
        Sample[] fresh = Look(qemus);
        AddAndDelete(pair, WarmUp, 0, nics);
        Sample[] before = Look(qemus);

        Stopwatch busy = new();
        int done = 0;
        while (done < SoakSettings.Cycles && elapsed.Elapsed < BusyMachine * SoakSettings.Time)
        {
            busy.Start();
            AddAndDelete(pair, Chunk, done, nics);
            busy.Stop();
            done += Chunk;
            pair.WaitForTraffic();

            // Spread over the time that there is.
            double ahead = ((double)done / SoakSettings.Cycles * SoakSettings.Time.TotalMilliseconds) - elapsed.ElapsedMilliseconds;
            Thread.Sleep(TimeSpan.FromMilliseconds(Math.Max(0, ahead)));
        }

        pair.CheckTraffic();
        Sample[] after = Look(qemus);

        for (int i = 0; i < qemus.Length; i++)
        {
            table.Add(
                i == 0 ? "with a guest" : "without",
                elapsed.Elapsed.TotalMinutes.ToString("F1", CultureInfo.InvariantCulture),
                done,
                nics[i],
                ((double)busy.ElapsedMilliseconds / done / qemus.Length).ToString("F1", CultureInfo.InvariantCulture),
                before[i].ResidentKib,
                after[i].ResidentKib,
                before[i].Descriptors,
                after[i].Descriptors,
                before[i].Threads,
                after[i].Threads,
                after[i].Collections);
        }

        Assert.Equal(SoakSettings.Cycles, done);
        AssertNoGrowth(before[0], after[0]);
        AssertNoGrowth(before[1], after[1]);

        // The level, too: a QEMU that has grown before it was looked at for the first time keeps that for ever.
        Assert.All(qemus, (_, i) => Assert.InRange(after[i].ResidentKib - fresh[i].ResidentKib, long.MinValue, AllowanceKib));
    }

    private static void AssertNoGrowth(Sample before, Sample after)
    {
        Assert.Equal(before.Descriptors, after.Descriptors);
        Assert.Equal(before.Threads, after.Threads);
        Assert.InRange(after.ResidentKib - before.ResidentKib, long.MinValue, AllowanceKib);
        Assert.Equal(0, after.Collections);
        Assert.Equal(0, after.InternalErrors);
    }

    private static Sample[] Look(QemuProcess[] qemus)
    {
        Thread.Sleep(s_settling);
        return [.. qemus.Select(qemu => Sample.Take(qemu, "n0"))];
    }

    /// <summary>In each QEMU: half of the netdevs get datagrams that they have not read when they go, some get a NIC in the guest.</summary>
    private static void AddAndDelete(SoakPair pair, int cycles, int from, int[] nics)
    {
        using WirePeer peer = pair.Network.Run(() => WirePeer.Udp(port: SoakNetdevs.Udp(1).DestinationPort!.Value));
        byte[] datagram = SoakNetdevs.Udp(1).OtherEnd().Datagram(TestFrames.Create(600));
        for (int cycle = from; cycle < from + cycles; cycle++)
        {
            L2tpv3Netdev netdev = (cycle % 4) switch { 1 => SoakNetdevs.Udp6(1), 3 => SoakNetdevs.Raw(1), _ => SoakNetdevs.Udp(1) };
            foreach (QemuProcess qemu in new[] { pair.Guest.Qemu, pair.Host })
            {
                qemu.Qmp.Execute("netdev_add", netdev.Options());
                if (netdev is { IsUdp: true, IsIpv6: false })
                {
                    peer.Send(datagram, netdev.Source, netdev.SourcePort!.Value);
                }

                if (cycle % NicEvery == 0 && qemu == pair.Guest.Qemu)
                {
                    PlugNic(pair.Guest, netdev);
                    nics[0]++;
                }
                else
                {
                    qemu.Qmp.Execute("netdev_del", new { id = netdev.Id });
                }
            }
        }
    }

    /// <summary>The guest's driver takes it; then netdev and NIC go, in turns the one or the other first.</summary>
    private static void PlugNic(Guest guest, L2tpv3Netdev netdev)
    {
        const string mac = "52:54:00:09:01:01";
        QmpClient qmp = guest.Qemu.Qmp;
        Assert.Empty(guest.Qemu.Hmp($"device_add virtio-net-pci,id=nic,netdev={netdev.Id},mac={mac}"));
        guest.Configure(mac, "10.9.1.1/24");
        guest.TryRun("ping -c 1 -W 1 10.9.1.2");
        qmp.Execute("netdev_del", new { id = netdev.Id });
        qmp.Execute("device_del", new { id = "nic" });
        JsonElement data;
        do
        {
            data = qmp.WaitForEvent("DEVICE_DELETED").GetProperty("data");
        }
        while (!data.TryGetProperty("device", out JsonElement device) || !device.ValueEquals("nic"));
    }
}
