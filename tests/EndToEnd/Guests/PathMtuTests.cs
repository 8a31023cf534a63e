// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Guests;

/// <summary>
/// Bulk TCP over a path that is no longer than the guests' own: without fitting, each full frame would be two fragments of an
/// outer packet.
///
///     first guest -- NIC -- netdev -- veth, MTU 1500 or 1400 -- netdev -- NIC -- second guest
/// </summary>
public sealed class PathMtuTests(PathHosts hosts) : IClassFixture<PathHosts>
{
    [Theory]
    [InlineData(1500, 0)]
    [InlineData(1500, 1)]
    [InlineData(1400, 0)]
    [InlineData(1400, 1)]
    public void Bulk_tcp_causes_no_outer_fragment(int mtu, int link)
    {
        hosts.SetMtu(mtu);
        long before = hosts.FragmentsMade();

        hosts.First.Run(string.Create(CultureInfo.InvariantCulture, $"iperf3 -c {PathHosts.Links[link].Address(2)} -t 2"));

        Assert.Equal(0, hosts.FragmentsMade() - before);
    }

    [Fact]
    public void A_connection_that_is_there_already_survives_a_path_that_shrinks()
    {
        GuestLink link = PathHosts.Links[0];
        hosts.SetMtu(1500);
        hosts.First.Run($"iperf3 -c {link.Address(2)} -t 6 --logfile /tmp/shrink.log & sleep 2");
        hosts.SetMtu(1400);
        long before = hosts.FragmentsMade();
        hosts.First.Run("for i in $(seq 60); do grep -q receiver /tmp/shrink.log && exit; sleep 0.5; done; cat /tmp/shrink.log; exit 1");

        // The path is asked for anew several times a second; a few large frames may be under way until then.
        Assert.InRange(hosts.FragmentsMade() - before, 0, 2000);
    }
}
