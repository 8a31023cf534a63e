// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.TwoHosts;

/// <summary>Plugin to plugin, over a path that is no wider than the inner network.</summary>
public sealed class TwoHostsTests(HostPair hosts, PeerReport report, ITestOutputHelper output) : IClassFixture<HostPair>
{
    private const string Log = "/run/iperf.log";

    [Fact]
    public void Bulk_tcp_has_no_outer_fragment_and_survives_a_path_that_shrinks()
    {
        report.Run(
            new PeerRow("QEMU with the plugin, on another host", HostPair.Tunnel.Carrier, $"{HostPair.Tunnel.Options}; path of 1500 bytes, then 1400", hosts.Commands),
            output,
            () =>
            {
                hosts.SetPathMtu(1500);
                BulkTcp();
                Assert.Equal(0, hosts.Fragments());

                hosts.Run($"iperf3 -c {HostPair.Tunnel.Inner.Peer} -t 8 >{Log} 2>&1 & sleep 3");
                hosts.SetPathMtu(1400);
                string log = hosts.Run($"for i in $(seq 500); do if grep -q 'iperf Done' {Log}; then break; fi; sleep 0.1; done; cat {Log}");
                Assert.True(log.Contains("iperf Done.", StringComparison.Ordinal), log);

                // That connection's segments were as large as the path was, and without a guest nobody leaves it to the plugin to cut
                // them: they go in fragments. Those of the next one may not.
                long atChange = hosts.Fragments();
                BulkTcp();
                Assert.Equal(atChange, hosts.Fragments());
            });
    }

    private void BulkTcp()
    {
        string log = hosts.Run($"iperf3 -c {HostPair.Tunnel.Inner.Peer} -n 8M --bidir 2>&1 || true");
        Assert.True(log.Contains("iperf Done.", StringComparison.Ordinal), log);
    }
}
