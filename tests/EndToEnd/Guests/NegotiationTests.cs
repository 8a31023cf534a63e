// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// What each NIC has agreed on with the plugin once the guest's driver is up, as `info network` shows it. The same on every
/// release, although each has another table of callbacks, and another form of the one that carries the offloads: a callback in a
/// wrong place shows here.
/// </summary>
public sealed class NegotiationTests(GuestWithAllNics nics) : IClassFixture<GuestWithAllNics>
{
    private const string NoHeader = "";

    /// <summary>
    /// Model, bytes of the vnet header, receive offloads. A header of 12 bytes has num_buffers, which a modern driver always
    /// gets and a legacy one with mergeable buffers (virtio 1.2, 5.1.6.1). Linux asks for ECN with the large frames. vmxnet3's LRO
    /// is both TSOs; e1000e and igb know none on receive, e1000 and rtl8139 no header at all.
    /// </summary>
    public static TheoryData<string, string> Rows =>
    [
        ("virtio-net-pci", "12 csum tso4 tso6 ecn"),
        ("virtio-net-pci,disable-legacy=on", "12 csum tso4 tso6 ecn"),
        ("virtio-net-pci,disable-modern=on", "12 csum tso4 tso6 ecn"),
        ("virtio-net-pci,disable-modern=on,mrg_rxbuf=off", "10 csum tso4 tso6 ecn"),
        ("virtio-net-pci,guest_tso4=off", "12 csum tso6 ecn"),
        ("virtio-net-pci,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off", "12"),
        ("e1000e", "10 csum"),
        ("vmxnet3", "10 csum tso4 tso6"),
        ("e1000", NoHeader),
        ("rtl8139", NoHeader),
        .. SharedGuests.HasIgb ? new (string, string)[] { ("igb", "10 csum") } : [],
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_NIC_and_the_plugin_agree_on_a_vnet_header_and_the_receive_offloads(string model, string vnet)
    {
        NetdevInfo info = nics.Guest.Qemu.WaitForNetdev(nics.Link(model).NetdevId, info => string.Equals(vnet, info.Vnet, StringComparison.Ordinal));

        Assert.True(info.IsPlugin);
    }

    /// <summary>A driver that goes resets its device, and nothing that it has accepted holds any longer.</summary>
    [Fact]
    public void A_virtio_driver_that_goes_takes_its_offloads_along()
    {
        GuestLink link = nics.Link(GuestWithAllNics.DriverTestModel);
        nics.Guest.Qemu.WaitForNetdev(link.NetdevId, info => info.Vnet is "12 csum tso4 tso6 ecn");

        nics.Guest.Run(
            $"""
            virtio=$(basename $(readlink $(dirname $(grep -l {link.Mac(1)} /sys/class/net/*/address))/device)); echo $virtio >/sys/bus/virtio/drivers/virtio_net/unbind
            """);

        nics.Guest.Qemu.WaitForNetdev(link.NetdevId, info => info.Vnet is "10");
    }
}
