// SPDX-License-Identifier: GPL-2.0-or-later

namespace Peers.Uml;

/// <summary>The peer is a User-Mode Linux.</summary>
public sealed class UmlTests(UmlPeer peer, PeerReport report, ITestOutputHelper output) : IClassFixture<UmlPeer>
{
    public static TheoryData<int, string, string> Rows() =>
        [.. UmlPeer.Tunnels.Select(tunnel => new TheoryDataRow<int, string, string>(tunnel.Index, tunnel.Carrier, tunnel.Options))];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Frames_go_both_ways_unchanged(int index, string carrier, string options)
    {
        TunnelOptions tunnel = UmlPeer.Tunnels[index];
        report.Run(new PeerRow("User-Mode Linux", carrier, options, UmlPeer.Commands(tunnel)), output, () => peer.AssertPasses(tunnel));
    }
}
