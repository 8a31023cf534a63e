// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// What each NIC has agreed on with the plugin once the guest's driver is up. The same on every release, although each has another
/// table of callbacks, and another form of the one that carries the offloads: a callback in a wrong place shows here.
/// </summary>
public sealed class NegotiationTests(ObservedGuest observed) : IClassFixture<ObservedGuest>
{
    // l2tp_plane.h
    private const int Csum = 0x001;
    private const int Tso4 = 0x002;
    private const int Tso6 = 0x004;
    private const int Ecn = 0x008;

    /// <summary>
    /// Model, bytes of the vnet header, receive offloads. A header of 12 bytes has num_buffers, which a modern driver always
    /// gets and a legacy one with mergeable buffers (virtio 1.2, 5.1.6.1). Linux asks for ECN with the large frames. vmxnet3's LRO
    /// is both TSOs; e1000e and igb know none on receive, e1000 and rtl8139 no header at all.
    /// </summary>
    public static TheoryData<string, int?, int?> Rows =>
    [
        ("virtio-net-pci", 12, Csum | Tso4 | Tso6 | Ecn),
        ("virtio-net-pci,disable-legacy=on", 12, Csum | Tso4 | Tso6 | Ecn),
        ("virtio-net-pci,disable-modern=on", 12, Csum | Tso4 | Tso6 | Ecn),
        ("virtio-net-pci,disable-modern=on,mrg_rxbuf=off", 10, Csum | Tso4 | Tso6 | Ecn),
        ("virtio-net-pci,guest_tso4=off", 12, Csum | Tso6 | Ecn),
        ("virtio-net-pci,guest_csum=off,guest_tso4=off,guest_tso6=off,guest_ecn=off", 12, 0),
        ("e1000e", 10, Csum),
        ("vmxnet3", 10, Csum | Tso4 | Tso6),
        ("e1000", null, null),
        ("rtl8139", null, null),
        .. SharedGuests.HasIgb ? new (string, int?, int?)[] { ("igb", 10, Csum) } : [],
    ];

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_NIC_and_the_plugin_agree_on_a_vnet_header_and_the_receive_offloads(string model, int? length, int? offloads)
    {
        GuestLink link = observed.Link(model);

        Assert.True(observed.Guest.Qemu.Netdev(link.NetdevId).IsPlugin);
        Assert.Equal((length, offloads), observed.Agreed(link.NetdevId));
    }

    /// <summary>A driver that goes resets its device, and nothing that it has accepted holds any longer.</summary>
    [Fact]
    public void A_virtio_driver_that_goes_takes_its_offloads_along()
    {
        GuestLink link = observed.Link(ObservedGuest.DriverTestModel);
        Assert.Equal((12, Csum | Tso4 | Tso6 | Ecn), observed.Agreed(link.NetdevId));

        observed.Guest.Run(
            $"""
            virtio=$(basename $(readlink $(dirname $(grep -l {link.Mac(1)} /sys/class/net/*/address))/device)); echo $virtio >/sys/bus/virtio/drivers/virtio_net/unbind
            """);

        Assert.Equal((10, 0), observed.Agreed(link.NetdevId));
    }
}
