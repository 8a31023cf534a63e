// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>A path of 1500 bytes, on which a guest's full frame does not fit: what can be made to fit is.</summary>
public sealed class PathFitTests(NarrowLab narrow) : IClassFixture<NarrowLab>
{
    /// <summary>The path's packet less IPv4 (20), UDP (8), and L2TPv3 with version, session, 64-bit cookie and counter (20).</summary>
    private const int MaximumFrame = NarrowLab.Mtu - 20 - 8 - 20;

    private const int HeaderLength = 12;

    private static readonly TestPacket s_request = new() { Control = TcpControl.Syn, TcpOptions = Mss(1460), Sequence = 7 };

    private static readonly TestPacket s_large = new() { Payload = Noise.Bytes(30_000, 1), FieldSum = FieldSum.PseudoHeader };

    public static TheoryData<int, string, bool> Requests => new()
    {
        { 4, "", true },
        { 6, "", true },
        { 4, "mssfix=on", true },
        { 4, "mssfix=off", false },
        { 6, "mssfix=off", false },

        // The socket is not connected, but another one is that can be asked.
        { 4, "source-check=off", true },
        { 4, "source-check=roam", true },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void The_guests_connection_requests_are_told_segments_that_fit(int version, string settings, bool isClamped)
    {
        TestPacket request = s_request with { IpVersion = version };
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4", settings);
        tunnel.Session.SetVnet(HeaderLength, 0);
        TestPacket partial = request with { FieldSum = FieldSum.PseudoHeader };
        VnetHeader needsChecksum = partial.Vnet(0) with { GsoType = GsoType.None };

        tunnel.Session.Transmit(VnetFrame.FromGuest(default, HeaderLength, request.ToFrame()));
        tunnel.Session.Transmit(VnetFrame.FromGuest(needsChecksum, HeaderLength, partial.ToFrame()));
        tunnel.Session.TransmitRaw(request.ToFrame());
        tunnel.Session.RunIfScheduled();

        byte[] expected = (isClamped ? Clamped(request) : request).ToFrame();
        for (uint i = 1; i <= 3; i++)
        {
            Assert.Equal(tunnel.Netdev.Datagram(expected, i), tunnel.Peer.Receive());
        }
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void The_connection_requests_of_the_wire_are_told_segments_that_fit(int version, string settings, bool isClamped)
    {
        TestPacket request = s_request with { IpVersion = version };
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4", settings);
        tunnel.SendFromPeer(request.ToFrame());
        tunnel.SendFromPeer((request with { TcpOptions = Mss(1000) }).ToFrame());
        tunnel.Session.ReadUntil(2);

        Assert.Equal((isClamped ? Clamped(request) : request).ToFrame(), tunnel.Host.Frames[0]);
        Assert.Equal((request with { TcpOptions = Mss(1000) }).ToFrame(), tunnel.Host.Frames[1]);
    }

    /// <summary>The signature of TCP-AO covers the options; that of TCP-MD5 does not.</summary>
    [Theory]
    [InlineData(4, 29, false)]
    [InlineData(6, 29, false)]
    [InlineData(4, 19, true)]
    [InlineData(6, 19, true)]
    public void Signed_connection_requests_pass_in_both_directions_so_that_the_peer_accepts_them(int version, byte kind, bool isClamped)
    {
        byte[] signature = [kind, 18, .. Noise.Bytes(16, 1), 1, 1];
        TestPacket request = s_request with { IpVersion = version, TcpOptions = [.. Mss(1460), .. signature] };
        int mss = MaximumFrame - request.HeaderLength + request.TcpOptions.Length;
        byte[] expected = (request with { TcpOptions = [.. Mss(isClamped ? mss : 1460), .. signature] }).ToFrame();
        using Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4");

        tunnel.Session.Send(request.ToFrame());
        tunnel.SendFromPeer(request.ToFrame());
        tunnel.Session.ReadUntil(1);

        Assert.Equal(tunnel.Netdev.Datagram(expected, 1), tunnel.Peer.Receive());
        Assert.Equal(expected, tunnel.Host.Frames[0]);
    }

    /// <summary>It is one segment, and its signature is right as long as it stays one: so IP fragments it.</summary>
    [Theory]
    [InlineData(29)]
    [InlineData(19)]
    public void A_signed_segment_is_not_cut_smaller_than_the_guest_wants_it(byte kind)
    {
        TestPacket packet = s_large with { Payload = Noise.Bytes(1460, 1), TcpOptions = [kind, 18, .. Noise.Bytes(16, 1), 1, 1] };
        using Tunnel tunnel = Send(packet, "");

        AssertReceived(tunnel, packet.Segments(1460));
        Assert.Equal(1u, tunnel.Session.Counters.FragmentedFrames);
    }

    [Theory]
    [InlineData(4, "")]
    [InlineData(6, "")]
    [InlineData(4, "gso=off")]
    public void Large_tcp_frames_are_cut_to_segments_that_fit(int version, string settings)
    {
        TestPacket packet = s_large with { IpVersion = version };
        TestPacket[] segments = [.. packet.Segments(MaximumFrame - packet.HeaderLength)];
        using Tunnel tunnel = Send(packet, settings);

        AssertReceived(tunnel, segments);
        Assert.Equal(0u, tunnel.Session.Counters.FragmentedFrames);
    }

    /// <summary>The borders of datagrams mean something to the guest, so they stay, and IP fragments the packets.</summary>
    [Fact]
    public void Large_udp_frames_keep_their_datagrams_and_count_as_fragmented()
    {
        TestPacket packet = s_large with { Protocol = IpProtocol.Udp };
        TestPacket[] datagrams = [.. packet.Segments(1460)];
        using Tunnel tunnel = Send(packet, "");

        AssertReceived(tunnel, datagrams);
        Assert.Equal((ulong)datagrams.Length - 1, tunnel.Session.Counters.FragmentedFrames); // the last one is short
        Assert.Equal(0u, tunnel.Session.Counters.TotalDrops(out _));
    }

    private static byte[] Mss(int mss) => [2, 4, (byte)(mss >> 8), (byte)mss];

    private static TestPacket Clamped(TestPacket request) =>
        request with { TcpOptions = Mss(MaximumFrame - request.HeaderLength + request.TcpOptions.Length) };

    private static void AssertReceived(Tunnel tunnel, IEnumerable<TestPacket> packets)
    {
        foreach ((TestPacket packet, int i) in packets.Select((packet, i) => (packet, i)))
        {
            Assert.Equal(tunnel.Netdev.Datagram(packet.ToFrame(), (uint)i + 1), tunnel.Peer.Receive());
        }
    }

    private Tunnel Send(TestPacket packet, string settings)
    {
        Tunnel tunnel = Tunnels.Open(narrow.Lab, "udp4", settings);
        tunnel.Session.SetVnet(HeaderLength, 0);
        tunnel.Session.Send(VnetFrame.FromGuest(packet.Vnet(1460), HeaderLength, packet.ToFrame()));
        return tunnel;
    }
}
