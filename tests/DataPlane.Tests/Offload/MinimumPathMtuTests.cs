// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>
/// A path below net.ipv4.route.min_pmtu: Linux takes that for the path's MTU and leaves the rest to routers, which need
/// packets without DF for it.
/// </summary>
public sealed class MinimumPathMtuTests
{
    private const int HeaderLength = 12;
    private const int Minimum = 1300;
    private const int PollingMs = 100;

    [Theory]
    [InlineData("udp4")]
    [InlineData("raw4")]
    public void Frames_pass_a_path_that_is_narrower_than_the_host_believes(string kind)
    {
        using RoutedLab routed = new();
        routed.Lab.Network.Sysctl("net.ipv4.route.min_pmtu", "1300");
        using Tunnel tunnel = routed.Open(kind);
        tunnel.Session.SetVnet(HeaderLength, 0);
        routed.SetMtu(Minimum - 100);
        TestPacket large = new() { Payload = Noise.Bytes(5000, 1), FieldSum = FieldSum.PseudoHeader };
        Send(tunnel, large);
        routed.WaitForPathMtu(tunnel.Netdev.Destination, Minimum);
        while (tunnel.Peer.TryReceive(Timeouts.Silence) is not null)
        {
        }

        Thread.Sleep(PollingMs + 10);
        Send(tunnel, large);

        int overhead = Ipv4Header.MinimumLength + (tunnel.Netdev.IsUdp ? UdpHeader.HeaderLength : 0) + tunnel.Netdev.HeaderSize;
        TestPacket[] segments = [.. large.Segments(Minimum - overhead - large.HeaderLength)];
        byte[][] received = [.. segments.Select(_ => tunnel.Peer.Receive()[tunnel.Netdev.HeaderSize..])];
        Assert.Equal(segments.Select(segment => segment.ToFrame()), received);
    }

    private static void Send(Tunnel tunnel, TestPacket packet) =>
        tunnel.Session.Send(VnetFrame.FromGuest(packet.Vnet(1460), HeaderLength, packet.ToFrame()));
}
