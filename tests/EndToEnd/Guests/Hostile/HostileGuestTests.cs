// SPDX-License-Identifier: GPL-2.0-or-later
using System.Text.Json;

namespace EndToEnd.Guests.Hostile;

/// <summary>
/// What a guest can do to its netdev, done by a real one (hostile.c). Nothing breaks, no frame is unaccounted for, and the other
/// tunnels of the same QEMU keep their pings.
/// </summary>
public sealed class HostileGuestTests(HostileGuest hostile) : IClassFixture<HostileGuest>
{
    private const int Headers = 3000;
    private const int Rounds = 2;

    /// <summary>The NIC may be plugged into another slot than before.</summary>
    private string Device => $"$(readlink /sys/class/net/{hostile.Nic}/device)";

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Random_virtio_net_headers_leave_well_formed_or_are_counted(int seed) =>
        hostile.Suffers($"random virtio-net headers, seed {seed}", Headers, keepsNic: true, () =>
            hostile.Guest.Run(string.Create(CultureInfo.InvariantCulture, $"hostile headers {hostile.Nic} {seed} {Headers}")));

    [Theory]
    [InlineData(14)]
    [InlineData(60)]
    [InlineData(1514)]
    public void A_flood_takes_nothing_from_the_others(int size) =>
        hostile.Suffers($"flood of {size} bytes", 1, keepsNic: true, () =>
            hostile.Guest.Run(string.Create(CultureInfo.InvariantCulture, $"hostile flood {hostile.Nic} {size} 1")));

    [Fact]
    public void A_driver_that_goes_and_comes_under_a_flood_finds_its_netdev_working() =>
        hostile.Suffers("NIC reset (driver unbound and bound)", Rounds, keepsNic: false, () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                string virtio = hostile.Guest.Run($"basename {Device}").Trim();
                StartAttack();
                hostile.Guest.Run($"cd /sys/bus/virtio/drivers/virtio_net; echo {virtio} >unbind && sleep 0.1 && echo {virtio} >bind");
                hostile.Configure();
            }
        });

    [Fact]
    public void An_interface_that_goes_down_and_up_under_a_flood_loses_nothing_uncounted() =>
        hostile.Suffers("interface down and up", Rounds, keepsNic: true, () =>
        {
            string nic = hostile.Nic;
            for (int round = 0; round < Rounds; round++)
            {
                StartAttack();
                hostile.Guest.Run($"ip link set {nic} down; sleep 0.2; ip link set {nic} up");
            }
        });

    [Fact]
    public void Mtu_and_offloads_that_change_under_a_flood_lose_nothing_uncounted()
    {
        string[] changes = ["tso off", "tx off", "tx on tso on", "rx-gro-hw off", "gro off", "rx-gro-hw on gro on"];
        int[] mtus = [68, 1280, 9000, 65_535, 1500];
        hostile.Suffers("MTU and offloads", changes.Length + mtus.Length, keepsNic: true, () =>
        {
            string nic = hostile.Nic;
            StartAttack();
            foreach (int mtu in mtus)
            {
                hostile.Guest.Run(string.Create(CultureInfo.InvariantCulture, $"ip link set {nic} mtu {mtu}; sleep 0.1"));
            }

            StartAttack();
            foreach (string change in changes)
            {
                hostile.Guest.Run($"ethtool -K {nic} {change} >/dev/null; sleep 0.1");
            }
        });
    }

    [Fact]
    public void A_nic_that_is_unplugged_under_a_flood_can_be_plugged_in_again() =>
        hostile.Suffers("NIC unplugged (device_del)", Rounds, keepsNic: false, () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                StartAttack();
                hostile.Guest.Qemu.Qmp.Execute("device_del", new { id = HostileGuest.Link.NicId });
                PlugInAgain();
            }
        });

    [Fact]
    public void A_nic_that_the_guest_ejects_under_a_flood_can_be_plugged_in_again() =>
        hostile.Suffers("NIC ejected by the guest", Rounds, keepsNic: false, () =>
        {
            for (int round = 0; round < Rounds; round++)
            {
                string address = hostile.Guest.Run($"basename $(readlink -f /sys/class/net/{hostile.Nic}/device/..)").Trim();
                StartAttack();
                hostile.Guest.Run($"echo 0 >$(dirname $(grep -l {address.Split('.')[0]} /sys/bus/pci/slots/*/address))/power");
                PlugInAgain();
            }
        });

    /// <summary>Floods and headers at once, for as long as the test cares.</summary>
    private void StartAttack() => hostile.Guest.Run(
        $"killall -q hostile; (hostile flood {hostile.Nic} 590 60 & hostile headers {hostile.Nic} 3 1000000 &) >/dev/null 2>&1; sleep 0.3");

    private void PlugInAgain()
    {
        JsonElement data;
        do
        {
            data = hostile.Guest.Qemu.Qmp.WaitForEvent("DEVICE_DELETED").GetProperty("data");
        }
        while (!data.TryGetProperty("device", out JsonElement device) || !device.ValueEquals(HostileGuest.Link.NicId));

        Assert.Empty(hostile.Guest.Qemu.Hmp($"device_add {HostileGuest.Link.Device(1)}"));
        hostile.Configure();
    }
}
