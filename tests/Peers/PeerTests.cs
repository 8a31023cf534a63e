// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers;

/// <summary>Each row of the table that fits into one lab.</summary>
[Collection(nameof(PeerLab))]
public sealed class PeerTests(PeerLab lab, PeerReport report, ITestOutputHelper output)
{
    public static TheoryData<int, string, string, string> Rows() =>
        [.. PeerTable.Peers.Select((peer, index) => new TheoryDataRow<int, string, string, string>(index, peer.Name, peer.Carrier, peer.Tunnel.Options))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Frames_go_both_ways_unchanged(int index, string name, string carrier, string options)
    {
        Peer peer = PeerTable.Peers[index];
        report.Run(new PeerRow(name, carrier, options, lab.Commands(peer)), output, () => lab.AssertPasses(peer));
    }
}
