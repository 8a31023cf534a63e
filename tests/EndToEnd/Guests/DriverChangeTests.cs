// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// What NIC and plugin have agreed on changes while frames pass: a driver goes and another comes (virtio reset: a header of 10
/// bytes and no offload, then 12 and all), or the guest's user changes an offload.
/// </summary>
[Collection(nameof(SharedGuests))]
public sealed class DriverChangeTests(SharedGuests guests)
{
    private static readonly GuestLink s_link = SharedGuests.Links[0];

    private readonly Guest _first = guests.Pair.First;

    private readonly Guest _second = guests.Pair.Second;

    /// <summary>The stream comes from the other guest, so frames of it are joined and waiting when the driver goes.</summary>
    [Fact]
    public void A_driver_that_is_taken_away_and_bound_again_under_traffic_finds_the_netdev_working()
    {
        guests.Pair.AssertPings(s_link);
        long errors = ChecksumErrors();
        _first.ServeIperf();
        _second.Run($"iperf3 --client {s_link.Address(1)} --time 30 >/dev/null 2>&1 & echo $! >/tmp/load");
        for (int round = 0; round < 3; round++)
        {
            long before = _first.Qemu.Netdev(s_link.NetdevId).FramesReceived;
            _first.Qemu.WaitForNetdev(s_link.NetdevId, info => info.FramesReceived > before + 1000);
            _first.Run(
                $"""
                virtio=$(basename $(readlink $(dirname $(grep -l {s_link.Mac(1)} /sys/class/net/*/address))/device)); cd /sys/bus/virtio/drivers/virtio_net; echo $virtio >unbind && echo $virtio >bind
                """);
            s_link.Configure(_first, 1);
            _first.WaitForAnswer(s_link.Address(2));
        }

        _second.Run("kill $(cat /tmp/load); true");
        AssertBulkTcp();
        Assert.Equal(errors, ChecksumErrors());
    }

    /// <summary>Each of these reaches QEMU while the connection runs: transmit and receive offloads of the guest's driver.</summary>
    [Fact]
    public void Offloads_that_change_under_traffic_leave_the_connection_whole()
    {
        string[] changes = ["tso off", "tx off", "tx on tso on", "rx-gro-hw off", "gro off", "rx-gro-hw on gro on"];
        guests.Pair.AssertPings(s_link);
        _second.ServeIperf();
        long errors = ChecksumErrors();
        string nic = _first.Run($"basename $(dirname $(grep -l {s_link.Mac(1)} /sys/class/net/*/address))").Trim();
        IEnumerable<string> script = changes.Concat(changes).Select(change => $"ethtool -K {nic} {change} >/dev/null || echo {change} failed; sleep 0.2; ");

        string output = _first.Run(
            $"iperf3 --client {s_link.Address(2)} --bidir --time 3 --forceflush >/tmp/iperf3.log 2>&1 & {string.Concat(script)}wait $! && grep -c receiver /tmp/iperf3.log");

        Assert.Equal("2", output.Trim());
        Assert.Equal(errors, ChecksumErrors());
        AssertBulkTcp();
    }

    private void AssertBulkTcp()
    {
        _second.ServeIperf();
        _first.Run($"iperf3 --client {s_link.Address(2)} --bidir --bytes 20M");
    }

    private long ChecksumErrors() => new[] { _first, _second }.Sum(guest => long.Parse(
        guest.Run("""awk '/^(Tcp|Udp):/ { if (n++ % 2) sum += $h["InCsumErrors"]; for (i = 1; i <= NF; i++) h[$i] = i } END { print sum + 0 }' /proc/net/snmp"""),
        CultureInfo.InvariantCulture));
}
