// SPDX-License-Identifier: GPL-2.0-or-later

namespace EndToEnd.Flow;

/// <summary>A machine may start before its network does: a peer without a route is not an error, and is found later.</summary>
public sealed class NoRouteTests : IDisposable
{
    private const string Peer = "10.115.0.2";
    private readonly NetworkNamespace _network = new();

    [Fact]
    public void A_netdev_without_a_route_starts_and_works_once_there_is_one()
    {
        L2tpv3Netdev netdev = new() { Destination = Peer, SourcePort = 1701, DestinationPort = 1702 };
        using FrameSocket guest = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            Namespace = _network,
            Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
        });
        string warning = Assert.Single(qemu.WaitForLog("l2tpv3"));
        Assert.Contains("'n0'", warning, StringComparison.Ordinal);
        Assert.Contains("route", warning, StringComparison.Ordinal);
        Assert.Contains("route", qemu.Netdev("n0").Line, StringComparison.Ordinal);
        AssertRefusesStranger(netdev, guest);

        _network.AddLoopbackAddress(Peer + "/32");
        using WirePeer wire = _network.Run(() => WirePeer.Udp(Peer, netdev.DestinationPort!.Value));
        byte[] frame = TestFrames.Create(60);
        Eventually.Get(
            () =>
            {
                wire.Send(netdev.OtherEnd().Datagram(frame), netdev.Source, netdev.SourcePort!.Value);
                return guest.TryReceive(Timeouts.Silence);
            },
            received => received is not null,
            () => "a frame of the peer");
        guest.Send(frame);
        Assert.Equal(netdev.Datagram(frame), wire.Receive());
    }

    public void Dispose() => _network.Dispose();

    private void AssertRefusesStranger(L2tpv3Netdev netdev, FrameSocket guest)
    {
        // Not connected yet is not open to all.
        using WirePeer stranger = _network.Run(() => WirePeer.Udp());
        stranger.Send(netdev.OtherEnd().Datagram(TestFrames.Create(60)), netdev.Source, netdev.SourcePort!.Value);
        Assert.Null(guest.TryReceive(Timeouts.Silence));
    }
}
