// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// One pair of guests for all tests that leave it as they found it, since a boot takes seconds: each NIC model and each
/// encapsulation on a link of its own.
/// </summary>
public sealed class SharedGuests : IDisposable
{
    /// <summary>The links, in the order of their index.</summary>
    public static IReadOnlyList<GuestLink> Links { get; } =
    [
        new(0, "virtio-net-pci", Encapsulation.Udp4),
        new(1, "e1000", Encapsulation.Udp6),
        new(2, "e1000e", Encapsulation.Ip4),
        new(3, "rtl8139", Encapsulation.Ip6),
        new(4, "vmxnet3", Encapsulation.Udp4),
        new(5, "virtio-net-pci", Encapsulation.Udp6),
        new(6, "virtio-net-pci", Encapsulation.Ip4),
        new(7, "virtio-net-pci", Encapsulation.Ip6),
        .. HasIgb ? new GuestLink[] { new(8, "igb", Encapsulation.Udp4) } : [],
    ];

    /// <summary>virtio-net whose guest may not leave this or that to the plugin, or of one of the two ages of virtio only.</summary>
    public static IReadOnlyList<GuestLink> Variants { get; } =
    [
        new(9, "virtio-net-pci,csum=off", Encapsulation.Udp4),
        new(10, "virtio-net-pci,guest_tso4=off", Encapsulation.Udp4),
        new(11, "virtio-net-pci,mrg_rxbuf=off", Encapsulation.Udp4),
        new(12, "virtio-net-pci,disable-legacy=on", Encapsulation.Udp4),
        new(13, "virtio-net-pci,disable-modern=on", Encapsulation.Udp4),
    ];

    /// <summary>A link of which the second guest alone has its end: a test may plug in the first one's.</summary>
    public static GuestLink SpareLink { get; } = new(14, "virtio-net-pci", Encapsulation.Udp4);

    /// <summary>QEMU 8.0 brought igb.</summary>
    public static bool HasIgb => QemuRoot.Release.Major >= 8;

    /// <summary>The guests.</summary>
    public GuestPair Pair { get; } = new([.. Links, .. Variants], SpareLink);

    /// <summary>The rows of a theory: the indices of all links, and what they are, for the test's name.</summary>
    public static TheoryData<int, string, Encapsulation> Rows() =>
        [.. Links.Select(link => new TheoryDataRow<int, string, Encapsulation>(link.Index, link.Model, link.Encapsulation))];

    public void Dispose() => Pair.Dispose();
}

/// <summary>The test classes that name it run one after the other, on the same guests.</summary>
[CollectionDefinition(nameof(SharedGuests))]
public sealed class SharedGuestsDefinition : ICollectionFixture<SharedGuests>;
