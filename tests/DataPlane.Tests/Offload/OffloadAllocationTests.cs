// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>No frame allocates managed memory, also where one stands for many.</summary>
public sealed class OffloadAllocationTests(Lab lab)
{
    private const int HeaderLength = 12;
    private const int Rounds = 50;

    private static readonly TestPacket s_large = new() { Payload = Noise.Bytes(60_000, 1), FieldSum = FieldSum.PseudoHeader };

    private static readonly Dictionary<string, byte[]> s_frames = new(StringComparer.Ordinal)
    {
        ["TSO, IPv4"] = FromGuest(s_large, 1448),
        ["TSO, IPv6"] = FromGuest(s_large with { IpVersion = 6 }, 1428),
        ["USO"] = FromGuest(s_large with { Protocol = IpProtocol.Udp }, 1400),
        ["NEEDS_CSUM"] = VnetFrame.FromGuest(s_large.Vnet(0) with { GsoType = GsoType.None }, HeaderLength, s_large.ToFrame()),
        ["SYN"] = VnetFrame.FromGuest(default, HeaderLength, new TestPacket { Control = TcpControl.Syn, TcpOptions = [2, 4, 0xFF, 0xFF] }.ToFrame()),
        ["bad vnet header"] = FromGuest(s_large, 0),
    };

    public static TheoryData<string> Frames => [.. s_frames.Keys];

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_frame_of_the_guest_allocates_nothing(string what)
    {
        byte[] frame = s_frames[what];
        using Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(HeaderLength, 0);
        Send(tunnel, frame);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Send(tunnel, frame);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(0, allocated);
        Assert.True(tunnel.Session.Counters.TransmittedFrames + tunnel.Session.Counters.TotalDrops(out _) >= 2 * Rounds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Joined_frames_allocate_nothing_also_when_the_guest_is_full(bool isFull)
    {
        TestPacket[] streams = [.. Enumerable.Range(0, 4).Select(i => s_large with { IpVersion = i % 2 == 0 ? 4 : 6, SourcePort = (ushort)i, Payload = Noise.Bytes(16_000, i) })];
        byte[][] batch = [.. Enumerable.Range(0, 16).SelectMany(i => streams.Select(stream => UnixTunnel.Datagram(stream.Segments(1000).ElementAt(i).ToFrame())))];
        using UnixTunnel tunnel = new();
        tunnel.Host.KeepsFrames = false;
        tunnel.Session.SetVnet(HeaderLength, VnetFrame.AllOffloads);
        if (isFull)
        {
            tunnel.Host.FullAt.UnionWith(Enumerable.Range(0, 1000));
        }

        _ = Receive(tunnel, batch);
        Assert.Equal(0, Receive(tunnel, batch));
        Assert.Equal(8, tunnel.Host.FrameCount);
        Assert.Equal(8u, tunnel.Session.Counters.CoalescedFrames);
        Assert.Equal(128u, tunnel.Session.Counters.ReceivedFrames);
    }

    private static byte[] FromGuest(TestPacket packet, int size) => VnetFrame.FromGuest(packet.Vnet(size), HeaderLength, packet.ToFrame());

    private static void Send(Tunnel tunnel, byte[] frame)
    {
        for (int i = 0; i < Rounds; i++)
        {
            tunnel.Session.Transmit(frame);
            tunnel.Session.Transmit(frame);
            tunnel.Session.RunIfScheduled();
        }
    }

    /// <summary>Only the plane's part is measured: the peer of the test may allocate.</summary>
    private static long Receive(UnixTunnel tunnel, byte[][] batch)
    {
        foreach (byte[] datagram in batch)
        {
            tunnel.Send(datagram);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        tunnel.Session.Readable();
        while (!tunnel.Host.WatchesRead)
        {
            tunnel.Session.Delivered(1);
            tunnel.Session.RunIfScheduled();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
