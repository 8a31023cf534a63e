// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.LifeCycle;

/// <summary>A host that gives a process little (setrlimit(2)).</summary>
public sealed class LimitTests
{
    [Fact]
    public void A_QEMU_without_free_descriptors_refuses_a_netdev_and_takes_it_once_there_is_one()
    {
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions { Plugin = true });
        L2tpv3Netdev netdev = new() { SourcePort = FreePort.Udp(), DestinationPort = 9 };
        qemu.Qmp.Execute("netdev_add", netdev.Options());
        qemu.Qmp.Execute("netdev_del", new { id = "n0" });
        int firstFree = Enumerable.Range(0, int.MaxValue).Except(ProcessStatus.Read(qemu.Id).OpenDescriptors).First();

        SetLimit(qemu, "nofile", firstFree);
        QmpException refusal = Assert.Throws<QmpException>(() => qemu.Qmp.Execute("netdev_add", netdev.Options()));
        Assert.Contains("'n0'", refusal.Description, StringComparison.Ordinal);
        Assert.False(NetdevInfo.Exists(qemu.Hmp("info network"), "n0"));

        SetLimit(qemu, "nofile", 1024);
        qemu.Qmp.Execute("netdev_add", netdev.Options());
        Assert.True(qemu.Netdev("n0").IsPlugin);
    }

    [Fact]
    public void A_QEMU_whose_address_space_is_limited_takes_a_netdev()
    {
        // As 'ulimit -v' does. QEMU itself reserves 1 GiB for translated code.
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = true, Launcher = ["prlimit", "--as=3221225472"] });

        tunnel.AssertDelivers(TestFrames.Create(60));
    }

    private static void SetLimit(QemuProcess qemu, string resource, int value) => ProcessRunner.Check(
        "prlimit",
        "--pid",
        qemu.Id.ToString(CultureInfo.InvariantCulture),
        string.Create(CultureInfo.InvariantCulture, $"--{resource}={value}:4096"));
}
