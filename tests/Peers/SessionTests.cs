// SPDX-License-Identifier: GPL-2.0-or-later
namespace Peers;

/// <summary>A session of the peer that goes and comes again.</summary>
[Collection(nameof(PeerLab))]
public sealed class SessionTests(PeerLab lab, PeerReport report, ITestOutputHelper output)
{
    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    public void A_connection_survives_a_session_that_is_removed_and_added_again(int index)
    {
        KernelPeer peer = (KernelPeer)PeerTable.Peers[index];
        string[] commands =
        [
            $"ip l2tp del session tunnel_id {index + 1} session_id {peer.Tunnel.ToPeer}",
            peer.Tunnel.KernelSession(),
            $"ip address add {peer.Tunnel.Inner.Peer}/24 dev {peer.InnerNic}",
            $"ip link set {peer.InnerNic} address {lab.MacAddress(Place.Peer, peer.InnerNic)} mtu 1500 up",
        ];
        PeerRow row = new(peer.Name, peer.Carrier, $"{peer.Tunnel.Options}; session removed and added again under traffic", [.. commands]);
        report.Run(row, output, () =>
        {
            lab.Guest.RunIn(Place.Host, $"iperf3 -c {peer.Tunnel.Inner.Peer} -t 4 >/run/iperf.log 2>&1 & sleep 1");
            lab.Guest.RunIn(Place.Peer, $"{commands[0]}; sleep 0.5; {string.Join("; ", commands[1..])}");
            string log = lab.Guest.RunIn(Place.Host, "for i in $(seq 400); do if grep -q 'iperf Done' /run/iperf.log; then break; fi; sleep 0.1; done; cat /run/iperf.log");
            Assert.True(log.Contains("iperf Done.", System.StringComparison.Ordinal), log);

            // The NIC is another one, although it has the address of the first.
            lab.Reflect(Place.Peer, [peer.InnerNic]);
            new RowChecks(script => lab.Guest.RunIn(Place.Host, script)).AssertFrames(peer.Tunnel);
        });
    }
}
