// SPDX-License-Identifier: GPL-2.0-or-later
namespace EndToEnd.StockBugs;

/// <summary>Foreign sources are refused. The stock backend delivers whatever carries the session and the cookie, from anybody.</summary>
public sealed class ForeignSourceTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.2")]
    public void A_frame_from_a_foreign_address_or_port_never_reaches_the_guest(string foreign)
    {
        using QemuTunnel tunnel = new();
        using WirePeer stranger = WirePeer.Udp(foreign);

        stranger.Send(tunnel.Netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)), tunnel.Netdev.Source, tunnel.Netdev.SourcePort!.Value);
        tunnel.AssertDelivers(TestFrames.Create(60, seed: 1));
        Assert.Null(tunnel.Guest.TryReceive(Timeouts.Silence));
    }

    [Fact]
    public void A_frame_from_a_foreign_IPv6_address_never_reaches_the_guest()
    {
        using NetworkNamespace network = new();
        network.AddLoopbackAddress("fd00:115::2/128");
        L2tpv3Netdev netdev = new() { Source = "::1", Destination = "::1", SourcePort = 1701, DestinationPort = 1702 };
        using FrameSocket guest = new();
        using QemuProcess qemu = QemuProcess.Start(new QemuOptions
        {
            Plugin = true,
            Namespace = network,
            Arguments = ["-netdev", netdev.ToString(), .. guest.Arguments(netdev.Id)],
        });
        using WirePeer stranger = network.Run(() => WirePeer.Udp("fd00:115::2", 1702));
        using WirePeer wire = network.Run(() => WirePeer.Udp("::1", 1702));
        byte[] own = TestFrames.Create(60, seed: 1);

        stranger.Send(netdev.OtherEnd().Datagram(TestFrames.Create(60, seed: 2)), "::1", 1701);
        wire.Send(netdev.OtherEnd().Datagram(own), "::1", 1701);

        Assert.Equal(own, guest.Receive());
        Assert.Null(guest.TryReceive(Timeouts.Silence));
    }

    [Fact]
    public void The_stock_backend_delivers_it()
    {
        using QemuTunnel tunnel = new(options: new QemuOptions { Plugin = false });
        using WirePeer stranger = WirePeer.Udp("127.0.0.2");
        byte[] frame = TestFrames.Create(60);

        stranger.Send(tunnel.Netdev.OtherEnd().Datagram(frame), tunnel.Netdev.Source, tunnel.Netdev.SourcePort!.Value);

        Assert.Equal(frame, tunnel.Guest.Receive());
    }
}
