// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>The two older ways to give a guest a NIC.</summary>
public sealed class NicOptionTests
{
    /// <summary>
    /// `-net` joins NIC and netdev through QEMU's hub, which has no vnet header; `-nic` joins them directly.
    /// </summary>
    [Fact]
    public void A_guest_of_nic_and_a_guest_of_net_ping_each_other()
    {
        GuestLink link = new(0, "virtio-net-pci", Encapsulation.Udp4);
        using NetworkNamespace network = new();
        using Guest nic = Start(network, ["-nic", $"{link.Netdev(1)},model={link.Model},mac={link.Mac(1)}"]);
        using Guest net = Start(network, ["-net", $"nic,model={link.Model},macaddr={link.Mac(2)}", "-net", link.Netdev(2).ToString()]);
        link.Configure(nic, 1);
        link.Configure(net, 2);

        GuestPair.AssertPings(nic, link.Address(2));
        GuestPair.AssertPings(net, link.Address(1));

        Assert.True(nic.Qemu.Netdev(link.NetdevId).IsPlugin);
        Assert.True(net.Qemu.Netdev(link.NetdevId).IsPlugin);
        Assert.Contains("hub 0", net.Qemu.Hmp("info network"), StringComparison.Ordinal);
    }

    private static Guest Start(NetworkNamespace network, string[] arguments) =>
        new(new QemuOptions { Plugin = true, Namespace = network, Arguments = arguments });
}
