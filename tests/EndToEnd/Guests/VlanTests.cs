// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>A VLAN of the guest's own on virtio-net: its large TCP frames have a tag in front of IP, and are cut and joined all the same.</summary>
[Collection(nameof(SharedGuests))]
public sealed class VlanTests(SharedGuests guests)
{
    /// <summary>A tag, and two of them as providers stack them (802.1ad).</summary>
    [Theory]
    [InlineData("type vlan id 5", "")]
    [InlineData("type vlan proto 802.1ad id 6", "type vlan id 5")]
    public void Bulk_tcp_over_a_VLAN_is_cut_by_the_plugin_and_joined_for_the_other_guest(string outer, string inner)
    {
        GuestLink link = SharedGuests.Links[0];
        string[] addresses = ["10.99.5.1", "10.99.5.2"];
        guests.Pair.Second.ServeIperf();
        try
        {
            Configure(guests.Pair.First, link.Mac(1), addresses[0], outer, inner);
            Configure(guests.Pair.Second, link.Mac(2), addresses[1], outer, inner);
            guests.Pair.First.WaitForAnswer(addresses[1]);
            long[] before = Count(link);

            guests.Pair.First.Run($"iperf3 --client {addresses[1]} --time 1");
            long[] done = [.. Count(link).Zip(before, (after, start) => after - start)];
            Assert.InRange(done[0], 200, long.MaxValue);
            Assert.InRange((double)done[0] / done[1], 1.5, 64);
            Assert.InRange((double)done[2] / done[3], 1.5, 64);
            Assert.Equal(0, done[4]);
        }
        finally
        {
            guests.Pair.First.Run("ip link del outer");
            guests.Pair.Second.Run("ip link del outer");
        }
    }

    private static void Configure(Guest guest, string mac, string address, string outer, string inner)
    {
        guest.Run($"ip link add link $(grep -l {mac} /sys/class/net/*/address | grep -v -e outer -e inner | cut -d/ -f5) name outer {outer} && ip link set outer up");
        string device = inner.Length == 0 ? "outer" : "inner";
        if (inner.Length != 0)
        {
            guest.Run($"ip link add link outer name inner {inner} && ip link set inner up");
        }

        guest.Run($"ip address add {address}/24 dev {device}");
    }

    /// <summary>Frames out on the wire and out of the first guest, in from the wire and into the second guest, its checksum errors.</summary>
    private long[] Count(GuestLink link) =>
    [
        guests.Pair.First.Qemu.SettledNetdev(link.NetdevId).FramesTransmitted,
        Number(guests.Pair.First.Run("cat /sys/class/net/outer/statistics/tx_packets")),
        guests.Pair.Second.Qemu.SettledNetdev(link.NetdevId).FramesReceived,
        Number(guests.Pair.Second.Run("cat /sys/class/net/outer/statistics/rx_packets")),
        Number(guests.Pair.Second.Run("""awk '/^Tcp:/ { if (n++) print $h["InCsumErrors"]; for (i = 1; i <= NF; i++) h[$i] = i }' /proc/net/snmp""")),
    ];

    private static long Number(string text) => long.Parse(text.AsSpan().Trim(), CultureInfo.InvariantCulture);
}
