// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>A router on the way takes less from now on, and says so in an ICMP error (RFC 1191, RFC 8201).</summary>
public sealed class ShrinkingPathTests(RoutedLab routed) : IClassFixture<RoutedLab>
{
    private const int HeaderLength = 12;
    private const int Wide = 1500;
    private const int Narrow = 1400;

    /// <summary>What PathMtu's polling allows itself.</summary>
    private const int PollingMs = 100;

    private static readonly TestPacket s_large = new() { Payload = Noise.Bytes(5000, 1), FieldSum = FieldSum.PseudoHeader };

    /// <summary>The one that meets the narrow router.</summary>
    private static readonly TestPacket s_tooLong = s_large with { Payload = Noise.Bytes(5000, 2) };

    /// <summary>The error makes the socket readable, so it is noticed at once, whether or not the guest sends anything.</summary>
    [Theory]
    [InlineData("udp4")]
    [InlineData("udp6")]
    [InlineData("raw4")]
    public void The_ICMP_error_itself_tells_and_the_next_frame_fits(string kind)
    {
        using Tunnel tunnel = Open(kind);
        SendTooLong(tunnel);

        Assert.True(tunnel.Session.ReadIfReadable(Timeouts.Arrival));

        AssertFits(tunnel, Narrow);
    }

    /// <summary>Linux tells raw IPv6 sockets nothing without IPV6_RECVERR (rawv6_err), and no socket while the guest takes no frames.</summary>
    [Theory]
    [MemberData(nameof(Tunnels.Kinds), MemberType = typeof(Tunnels))]
    public void Even_when_the_error_is_not_read_frames_fit_a_tenth_of_a_second_later(string kind)
    {
        using Tunnel tunnel = Open(kind);
        SendTooLong(tunnel);

        Thread.Sleep(PollingMs + 10);

        AssertFits(tunnel, Narrow);
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    /// <summary>
    /// The frame that meets the narrow router. Some of its segments may come in spite of that: a datagram behind the error is
    /// fragmented by this host.
    /// </summary>
    private void SendTooLong(Tunnel tunnel)
    {
        Send(tunnel, s_tooLong);
        routed.WaitForPathMtu(tunnel.Netdev.Destination, Narrow);
        int segments = 0;
        while (tunnel.Peer.TryReceive(Timeouts.Silence) is not null)
        {
            segments++;
        }

        Assert.InRange(segments, 0, 3);
    }

    private static void Send(Tunnel tunnel, TestPacket packet) =>
        tunnel.Session.Send(VnetFrame.FromGuest(packet.Vnet(1460), HeaderLength, packet.ToFrame()));

    /// <summary>Sends a large frame, of which the peer gets every segment, each as long as fits.</summary>
    private static void AssertFits(Tunnel tunnel, int mtu)
    {
        int overhead = (tunnel.Netdev.IsIpv6 ? Ipv6Header.Length : Ipv4Header.MinimumLength)
            + (tunnel.Netdev.IsUdp ? UdpHeader.HeaderLength : 0) + tunnel.Netdev.HeaderSize;
        TestPacket[] segments = [.. s_large.Segments(mtu - overhead - s_large.HeaderLength)];
        ulong fragmented = tunnel.Session.Counters.FragmentedFrames;
        Send(tunnel, s_large);
        byte[][] received = [.. segments.Select(_ => Receive(tunnel))];
        Assert.Equal(segments.Select(segment => segment.ToFrame()), received);
        Assert.Equal(fragmented, tunnel.Session.Counters.FragmentedFrames);
    }

    /// <summary>The next segment, but for those of the frame that was too long.</summary>
    private static byte[] Receive(Tunnel tunnel)
    {
        byte[] frame;
        do
        {
            frame = tunnel.Peer.Receive()[tunnel.Netdev.HeaderSize..];
        }
        while (s_tooLong.Payload.AsSpan().IndexOf(frame.AsSpan(s_tooLong.HeaderLength)) >= 0);
        return frame;
    }

    /// <summary>A tunnel whose path is wide, as it has found out, and then narrow.</summary>
    private Tunnel Open(string kind)
    {
        routed.SetMtu(Wide);
        routed.Lab.Network.Ip("route", "flush", "cache");
        routed.Lab.Network.Ip("-6", "route", "flush", "cache");
        Tunnel tunnel = routed.Open(kind);
        try
        {
            tunnel.Session.SetVnet(HeaderLength, 0);
            AssertFits(tunnel, Wide);
            routed.SetMtu(Narrow);
            return tunnel;
        }
        catch
        {
            tunnel.Dispose();
            throw;
        }
    }
}
