// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Wire;
using Packets.Tests.Offload;

namespace DataPlane.Tests.Offload;

/// <summary>What leaves us is byte for byte what the kernel makes of the same frame and vnet header.</summary>
public sealed class KernelOracleTests(Lab lab, KernelSegmenter kernel) : IClassFixture<KernelSegmenter>
{
    private const int HeaderLength = 10;

    /// <summary>
    /// All but one: Linux decides without looking at TCP's options whether a frame needs to be cut, and then drops the frame
    /// that does not (virtio_net_hdr_to_skb, tcp_gso_segment).
    /// </summary>
    public static TheoryData<string> Shapes => [.. LargePackets.Shapes.Keys.Where(shape => shape is not LargePackets.OneSegment)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void The_kernel_cuts_a_large_frame_into_the_same_segments(string shape)
    {
        using Tunnel tunnel = Open();
        AssertSame(tunnel, LargePackets.Shapes[shape], LargePackets.Size);
    }

    [Fact]
    public void The_kernel_cuts_large_frames_of_random_headers_into_the_same_segments()
    {
        using Tunnel tunnel = Open();
        for (int seed = 0; seed < 200; seed++)
        {
            byte[] noise = Noise.Bytes(8, seed);
            AssertSame(tunnel, Random(seed), 536 + (noise[7] * 30));
        }
    }

    [Theory]
    [InlineData(4, IpProtocol.Tcp)]
    [InlineData(6, IpProtocol.Tcp)]
    [InlineData(4, IpProtocol.Udp)]
    [InlineData(6, IpProtocol.Udp)]
    public void The_kernel_completes_the_same_checksum(int version, byte protocol)
    {
        using Tunnel tunnel = Open();
        for (int size = 0; size < 100; size++)
        {
            TestPacket packet = new() { IpVersion = version, Protocol = protocol, Payload = Noise.Bytes(size, size), FieldSum = FieldSum.PseudoHeader };
            AssertSame(tunnel, packet, packet.Vnet(0) with { GsoType = GsoType.None });
        }
    }

    /// <summary>Headers whose every field is as good as any other; CWR on the first segment only is the kernel's rule too.</summary>
    private static TestPacket Random(int seed)
    {
        byte[] noise = Noise.Bytes(32, seed);
        return new TestPacket
        {
            IpVersion = noise[8] % 2 == 0 ? 4 : 6,
            Protocol = noise[9] % 4 == 0 ? IpProtocol.Udp : IpProtocol.Tcp,
            Tags = noise[10] % 3 == 0 ? [0x81, 0, 0, 5] : [],
            Tos = noise[11],
            Ttl = noise[12],
            Identification = (ushort)((noise[13] << 8) | noise[14]),
            DontFragment = noise[15] % 2 == 0,
            Sequence = (uint)seed * 0x9E37_79B9,
            Acknowledgment = (uint)seed * 0x85EB_CA6B,
            Control = (TcpControl)noise[16],
            Window = (ushort)((noise[17] << 8) | noise[18]),
            UrgentPointer = noise[19],
            TcpOptions = new byte[noise[20] % 11 * 4],
            Payload = Noise.Bytes(((noise[21] << 8) | noise[22]) % 64_000, seed),
            FieldSum = FieldSum.PseudoHeader,
        };
    }

    private void AssertSame(Tunnel tunnel, TestPacket packet, int size) => AssertSame(tunnel, packet, packet.Vnet(size));

    private void AssertSame(Tunnel tunnel, TestPacket packet, VnetHeader header)
    {
        byte[] bytes = VnetFrame.FromGuest(header, HeaderLength, packet.ToFrame());
        byte[][] expected = [.. kernel.Cut(bytes)];
        ulong before = tunnel.Session.Counters.TransmittedFrames;
        tunnel.Session.Send(bytes);

        Assert.Equal((ulong)expected.Length, tunnel.Session.Counters.TransmittedFrames - before);
        byte[][] sent = [.. expected.Select(_ => tunnel.Peer.Receive()[tunnel.Netdev.HeaderSize..])];
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(expected[i].SequenceEqual(sent[i]), $"segment {i} of {expected.Length} of {packet}");
        }
    }

    private Tunnel Open()
    {
        Tunnel tunnel = Tunnels.Open(lab, "udp4");
        tunnel.Session.SetVnet(HeaderLength, 0);
        return tunnel;
    }
}
