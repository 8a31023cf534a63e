// SPDX-License-Identifier: GPL-2.0-or-later

namespace Soak;

/// <summary>What a netdev costs, beside QEMU's own backend in the same run, and whether it comes back.</summary>
public sealed class MemoryTests(MemoryTable table) : IClassFixture<MemoryTable>, IDisposable
{
    private const int Steady = 200;
    private const int StatisticsReads = 6_000;

    /// <summary>A page of statistics, the socket's object in QEMU, some texts: 30 KiB when it was measured.</summary>
    private const long MostPerNetdevKib = 64;

    /// <summary>Twice the managed heap's first generation (System.GC.Gen0MaxBudget), and what QEMU's own malloc keeps.</summary>
    private const long AllowanceKib = 12 << 10;

    private readonly NetworkNamespace _network = new();
    private readonly TemporaryDirectory _pages = new();

    public void Dispose()
    {
        _pages.Dispose();
        _network.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Thousands_of_netdevs_fit_into_one_QEMU(bool plugin)
    {
        int count = SoakSettings.Netdevs;
        using QemuProcess qemu = Start(plugin);
        Add(qemu, 0, 1);
        ProcessStatus first = ProcessStatus.Read(qemu.Id);
        Add(qemu, 1, count);
        ProcessStatus all = ProcessStatus.Read(qemu.Id);
        long each = (all.ResidentMemoryKib - first.ResidentMemoryKib) / (count - 1);
        table.Table.Add(
            plugin ? "plugin" : "stock",
            count,
            string.Create(CultureInfo.InvariantCulture, $"{count} opened"),
            first.ResidentMemoryKib,
            all.ResidentMemoryKib,
            each,
            (all.VirtualMemoryKib - first.VirtualMemoryKib) / (count - 1));

        Assert.False(qemu.HasExited);
        Assert.True(NetdevInfo.Exists(qemu.Hmp("info network"), SoakNetdevs.Udp(count - 1).Id));
        if (plugin)
        {
            Assert.InRange(each, 0, MostPerNetdevKib);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Memory_is_level_while_netdevs_come_and_go_and_back_when_all_are_gone(bool plugin)
    {
        using QemuProcess qemu = Start(plugin);
        Add(qemu, 0, Steady);
        ProcessStatus before = ProcessStatus.Read(qemu.Id);
        for (int cycle = 0; cycle < SoakSettings.MemoryCycles; cycle++)
        {
            int index = cycle % Steady;
            if (plugin && cycle < StatisticsReads)
            {
                qemu.Qmp.Execute("qom-get", new { path = "/l2tpv3/" + SoakNetdevs.Udp(index).Id, property = "statistics" });
            }

            qemu.Qmp.Execute("netdev_del", new { id = SoakNetdevs.Udp(index).Id });
            Add(qemu, index, index + 1);
        }

        ProcessStatus after = ProcessStatus.Read(qemu.Id);
        for (int index = 0; index < Steady; index++)
        {
            qemu.Qmp.Execute("netdev_del", new { id = SoakNetdevs.Udp(index).Id });
        }

        ProcessStatus end = ProcessStatus.Read(qemu.Id);
        table.Table.Add(
            plugin ? "plugin" : "stock",
            Steady,
            string.Create(CultureInfo.InvariantCulture, $"{SoakSettings.MemoryCycles} deleted and added; then {end.ResidentMemoryKib} KiB with none"),
            before.ResidentMemoryKib,
            after.ResidentMemoryKib,
            (after.ResidentMemoryKib - before.ResidentMemoryKib) / Steady,
            (after.VirtualMemoryKib - before.VirtualMemoryKib) / Steady);

        if (plugin)
        {
            Assert.InRange(after.ResidentMemoryKib - before.ResidentMemoryKib, long.MinValue, AllowanceKib);
            Assert.InRange(end.ResidentMemoryKib, 0, after.ResidentMemoryKib);
            Assert.InRange(end.VirtualMemoryKib, 0, before.VirtualMemoryKib - (Steady * 4L << 10));
        }
    }

    private static void Add(QemuProcess qemu, int from, int to)
    {
        for (int index = from; index < to; index++)
        {
            qemu.Qmp.Execute("netdev_add", SoakNetdevs.Udp(index).Options());
        }
    }

    private QemuProcess Start(bool plugin) => QemuProcess.Start(new QemuOptions
    {
        Plugin = plugin,
        Namespace = _network,
        Launcher = ["prlimit", "--nofile=16384:16384"],
        Environment = new System.Collections.Generic.Dictionary<string, string>(StringComparer.Ordinal) { ["XDG_RUNTIME_DIR"] = _pages.Path },
    });
}

/// <summary>The table of memory.</summary>
public sealed class MemoryTable : IDisposable
{
    /// <summary>The table.</summary>
    public FaultTable Table { get; } = new("memory", "backend", "netdevs", "what happened", "RSS before, KiB", "after", "RSS per netdev, KiB", "address space per netdev, KiB");

    public void Dispose() => Table.Dispose();
}
