// SPDX-License-Identifier: GPL-2.0-or-later
using System.Net.Sockets;

namespace EndToEnd.Guests;

/// <summary>NICs and netdevs that come and go while guests use them.</summary>
[Collection(nameof(SharedGuests))]
public sealed class HotPlugTests(SharedGuests guests)
{
    private readonly Guest _first = guests.Pair.First;

    /// <summary>One link of each model.</summary>
    public static TheoryData<int> Models => [.. SharedGuests.Links.DistinctBy(link => link.Model, StringComparer.Ordinal).Select(link => link.Index)];

    [Theory]
    [MemberData(nameof(Models))]
    public void A_NIC_that_is_deleted_and_added_again_finds_its_netdev_working(int index)
    {
        GuestLink link = SharedGuests.Links[index];
        guests.Pair.AssertPings(link);

        DeleteNic(link);
        Assert.True(NetdevInfo.Exists(_first.Qemu.Hmp("info network"), link.NetdevId));
        Assert.False(guests.Pair.Second.IsAnsweredBy(link.Address(1)));
        AddNic(link);

        guests.Pair.AssertPings(link);
    }

    /// <summary>
    /// A NIC that knows the vnet header leaves its length behind in the netdev, and one that does not takes no notice of it:
    /// without care each of its frames would lose 12 bytes, and begin with 12 too many.
    /// </summary>
    [Fact]
    public void A_NIC_of_another_model_on_the_same_netdev_does_not_inherit_the_vnet_header()
    {
        GuestLink link = SharedGuests.SpareLink;
        AddNetdev(link, human: false);
        foreach (string model in new[] { "virtio-net-pci", "e1000", "vmxnet3", "rtl8139" })
        {
            GuestLink present = link with { Model = model };
            AddNic(present);
            GuestPair.AssertPings(_first, link.Address(2));
            guests.Pair.Second.ServeIperf();
            _first.Run($"iperf3 --client {link.Address(2)} --bidir --bytes 1M");
            DeleteNic(present);
        }

        DeleteNetdev(link, human: false);
    }

    /// <summary>
    /// Deleting a netdev under its NIC: QEMU 7.2 cleans the netdev up at once, later ones when the NIC goes; both take the carrier
    /// away from the guest.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_netdev_can_be_deleted_under_its_NIC_with_traffic_in_flight_and_added_again(bool human)
    {
        GuestLink link = SharedGuests.SpareLink;
        for (int round = 0; round < 2; round++)
        {
            AddNetdev(link, human);
            AddNic(link);
            GuestPair.AssertPings(_first, link.Address(2));
            Task<int> traffic = Task.Run(() => guests.Pair.Second.CountAnswers(link.Address(1), pings: 200, interval: 0.01), TestContext.Current.CancellationToken);
            _first.Qemu.WaitForNetdev(link.NetdevId, info => info.FramesReceived > 50);

            DeleteNetdev(link, human);

            Assert.False(_first.HasCarrier(link.Mac(1)));
            Assert.InRange(await traffic, 1, 199);
            DeleteNic(link);
            Assert.False(NetdevInfo.Exists(_first.Qemu.Hmp("info network"), link.NetdevId));
        }
    }

    /// <summary>
    /// 7.2 cleans a netdev up at netdev_del; 10.0 and 11.1 when the NIC that is attached to it goes, and until then nobody else
    /// can have the port.
    /// </summary>
    [Fact]
    public void The_port_of_a_deleted_netdev_is_free_as_soon_as_QEMU_has_cleaned_it_up()
    {
        GuestLink link = SharedGuests.SpareLink;
        AddNetdev(link, human: false);
        AddNic(link);
        Assert.False(IsFree(link));

        DeleteNetdev(link, human: false);
        Assert.Equal(QemuRoot.Release.Major < 10, IsFree(link));

        DeleteNic(link);
        Assert.True(IsFree(link));
    }

    private bool IsFree(GuestLink link) => guests.Pair.Network.Run(() =>
    {
        try
        {
            using WirePeer peer = WirePeer.Udp(link.Netdev(1).Source, link.Netdev(1).SourcePort!.Value);
            return true;
        }
        catch (SocketException exception) when (exception.SocketErrorCode is SocketError.AddressAlreadyInUse)
        {
            return false;
        }
    });

    private void AddNic(GuestLink link)
    {
        Assert.Empty(_first.Qemu.Hmp($"device_add {link.Device(1)}"));
        link.Configure(_first, 1);
    }

    private void DeleteNic(GuestLink link) => _first.Qemu.DeleteDevice(link.NicId);

    private void AddNetdev(GuestLink link, bool human)
    {
        if (human)
        {
            Assert.Empty(_first.Qemu.Hmp($"netdev_add {link.Netdev(1)}"));
        }
        else
        {
            _first.Qemu.Qmp.Execute("netdev_add", link.Netdev(1).Options());
        }
    }

    private void DeleteNetdev(GuestLink link, bool human)
    {
        if (human)
        {
            Assert.Empty(_first.Qemu.Hmp($"netdev_del {link.NetdevId}"));
        }
        else
        {
            _first.Qemu.Qmp.Execute("netdev_del", new { id = link.NetdevId });
        }
    }
}
