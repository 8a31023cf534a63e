// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.StockBugs;

/// <summary>
/// A failed netdev_add closes only its own descriptors. The stock backend closes descriptor 0, whatever that is, because its
/// own is still 0 when the set-up fails before the socket is there.
/// </summary>
public sealed class DescriptorTests
{
    [Fact]
    public void A_failed_netdev_add_closes_no_descriptor_but_its_own()
    {
        (IReadOnlyList<int> before, IReadOnlyList<int> after) = DescriptorsAroundFailure(plugin: true);
        Assert.Equal(before, after);
    }

    [Fact]
    public void The_stock_backend_closes_descriptor_0()
    {
        (IReadOnlyList<int> before, IReadOnlyList<int> after) = DescriptorsAroundFailure(plugin: false);
        Assert.Contains(0, before);
        Assert.Equal(before.Where(descriptor => descriptor != 0), after);
    }

    private static (IReadOnlyList<int> Before, IReadOnlyList<int> After) DescriptorsAroundFailure(bool plugin)
    {
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = plugin });

        // The first netdev of all starts the plugin's runtime, which has descriptors of its own.
        qemu.Hmp($"netdev_add {new L2tpv3Netdev { Id = "first", SourcePort = FreePort.Udp(), DestinationPort = 9 }}");
        qemu.Hmp("netdev_del first");
        Dictionary<string, object> options = new(new L2tpv3Netdev { SourcePort = 0, DestinationPort = 0 }.Options(), StringComparer.Ordinal);
        options.Remove("dstport");
        IReadOnlyList<int> before = ProcessStatus.Read(qemu.Id).OpenDescriptors;

        Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", options));

        return (before, ProcessStatus.Read(qemu.Id).OpenDescriptors);
    }
}
