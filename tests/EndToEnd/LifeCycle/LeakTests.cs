// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>What a netdev takes it gives back.</summary>
public sealed class LeakTests
{
    private const int WarmUp = 20;
    private const int Cycles = 200;

    /// <summary>A session has megabytes of slots; 200 that stayed would be seen at once.</summary>
    private const long MemoryAllowanceKib = 16 << 10;

    [Fact]
    public void Two_hundred_netdevs_added_and_deleted_leave_no_descriptor_thread_or_memory()
    {
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true });
        IReadOnlyDictionary<string, object> options = new L2tpv3Netdev { SourcePort = FreePort.Udp(), DestinationPort = 9 }.Options();
        AddAndDelete(qemu, options, WarmUp);
        ProcessStatus before = ProcessStatus.Read(qemu.Id);

        AddAndDelete(qemu, options, Cycles);

        ProcessStatus after = ProcessStatus.Read(qemu.Id);
        Assert.Equal(before.OpenDescriptors, after.OpenDescriptors);
        Assert.Equal(before.Threads, after.Threads);
        Assert.InRange(after.ResidentMemoryKib - before.ResidentMemoryKib, long.MinValue, MemoryAllowanceKib);
        Assert.InRange(after.VirtualMemoryKib - before.VirtualMemoryKib, long.MinValue, MemoryAllowanceKib);
    }

    private static void AddAndDelete(QemuProcess qemu, IReadOnlyDictionary<string, object> options, int cycles)
    {
        for (int i = 0; i < cycles; i++)
        {
            qemu.Qmp.Execute("netdev_add", options);
            qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        }
    }
}
