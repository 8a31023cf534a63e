// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

public sealed class CoalescerProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(300);

    private static readonly Arbitrary<int> s_seeds = Gen.Choose(0, int.MaxValue).ToArbitrary();

    [Fact]
    public void Interleaved_connections_are_joined_as_the_reference_model_joins_them()
    {
        int joined = 0;
        Prop.ForAll(s_seeds, seed =>
        {
            IReadOnlyList<TestPacket> batch = TestTraffic.Batch(seed);
            IReadOnlyList<Delivered> expected = ReferenceCoalescer.Join(batch);
            IReadOnlyList<Delivered> delivered = Joiner.Join(batch.Select(packet => packet.ToFrame()));
            joined += delivered.Count(frame => frame.SegmentCount > 1);
            return AreSame(expected, delivered);
        }).Check(s_config);

        // Else the batches are too wild to say anything.
        Assert.True(joined > 1000, $"{joined} joined frames");
    }

    /// <summary>All places are taken, and a frame comes that would begin a flow if its sum were right.</summary>
    [Fact]
    public void A_wrong_sum_costs_the_oldest_flow_its_place()
    {
        IReadOnlyList<TestPacket> batch = TestTraffic.Batch(487_837_412);
        Assert.True(AreSame(ReferenceCoalescer.Join(batch), Joiner.Join(batch.Select(packet => packet.ToFrame()))));
    }

    [Fact]
    public void Cutting_what_was_joined_gives_the_frames_of_each_connection_back_in_their_order()
    {
        Prop.ForAll(s_seeds, seed =>
        {
            byte[][] batch = [.. TestTraffic.Batch(seed).Select(packet => packet.ToFrame())];
            byte[][] frames = [.. batch.Select(WithoutFreeId)];
            byte[][] back = [.. Joiner.Join(batch).SelectMany(Cut).Select(WithoutFreeId)];
            return frames.Length == back.Length
                && frames.GroupBy(ConnectionOf, StringComparer.Ordinal).All(connection => connection.SequenceEqual(back.Where(frame => string.Equals(ConnectionOf(frame), connection.Key, StringComparison.Ordinal)), ByteComparer.Instance));
        }).Check(s_config);
    }

    [Fact]
    public void Joining_what_was_cut_gives_the_large_frame_back()
    {
        Gen<(TestPacket Packet, int Size)> cases =
            from packet in TestPackets.Large.Where(packet => packet.IsTcp && packet.IpOptions.Length == 0 && packet.Payload.Length > 0)
            from control in Gen.Elements(TcpControl.None, TcpControl.Psh, TcpControl.Ece, TcpControl.Cwr, TcpControl.Cwr | TcpControl.Psh)
            from size in Gen.Choose(Math.Max(8, packet.Payload.Length / 100), 9000)
            select (packet with { Control = TcpControl.Ack | control, FieldSum = FieldSum.PseudoHeader }, size);
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            byte[] frame = test.Packet.ToFrame();
            VnetHeader vnet = test.Packet.Vnet(test.Size);
            byte[][] segments = Cutter.Cut(frame, vnet);
            Delivered whole = Assert.Single(Joiner.Join(segments));
            return segments.Length == 1
                ? whole.Frame.AsSpan().SequenceEqual((test.Packet with { FieldSum = FieldSum.Whole }).ToFrame())
                : whole.Frame.AsSpan().SequenceEqual(frame) && whole.SegmentCount == segments.Length
                    && whole.Vnet!.Value.GsoSize == test.Size && (whole.Vnet.Value.GsoType & ~GsoType.Ecn) == vnet.GsoType;
        }).Check(s_config);
    }

    [Fact]
    public void Random_damage_is_joined_without_an_exception_and_without_a_look_outside()
    {
        Prop.ForAll(s_seeds, seed =>
        {
            byte[][] frames = [.. TestTraffic.Batch(seed).Select(packet => packet.ToFrame())];
            foreach (byte[] frame in frames)
            {
                byte[] noise = Noise.Bytes(3, seed ^ frame.Length);
                frame[12 + (noise[0] % (Math.Min(frame.Length, 80) - 12))] ^= (byte)(noise[1] >> 3);
            }

            IEnumerable<byte[]> cut = frames.Select(frame => frame[..(frame.Length - (seed % 5 == 0 ? frame.Length / 2 : 0))]);
            return Joiner.Join(cut).Sum(delivered => delivered.SegmentCount) == frames.Length;
        }).Check(s_config);
    }

    private static bool AreSame(IReadOnlyList<Delivered> expected, IReadOnlyList<Delivered> delivered)
    {
        for (int i = 0; i < Math.Min(expected.Count, delivered.Count); i++)
        {
            Assert.True(expected[i].IsSameAs(delivered[i]), $"frame {i}:\n{expected[i]}\n{delivered[i]}");
        }

        return expected.Count == delivered.Count;
    }

    private static byte[][] Cut(Delivered delivered) =>
        delivered.SegmentCount == 1 ? [delivered.Frame] : Cutter.Cut(delivered.Frame, delivered.Vnet!.Value);

    /// <summary>
    /// With DF set the identification means nothing and may be rewritten (RFC 6864, 4.1 and 4.3): GRO joins a run of equal ones,
    /// and TSO counts up.
    /// </summary>
    private static byte[] WithoutFreeId(byte[] frame)
    {
        _ = FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout);
        byte[] copy = [.. frame];
        Span<byte> ip = copy.AsSpan(layout.NetworkOffset);
        if (layout.IpVersion == 4 && (ip[6] & 0x40) != 0)
        {
            ip.Slice(4, 2).Clear();
            ip.Slice(10, 2).Clear();
        }

        return copy;
    }

    /// <summary>Addresses and ports; the protocol too, for a UDP datagram may pass; of a fragment the addresses alone.</summary>
    private static string ConnectionOf(byte[] frame)
    {
        _ = FrameLayout.TryParse(frame, frame.Length, out FrameLayout layout);
        ReadOnlySpan<byte> ports = layout.PayloadOffset == 0 ? default : frame.AsSpan(layout.TransportOffset, 4);
        return $"{Convert.ToHexString(layout.Addresses(frame))} {layout.Protocol} {Convert.ToHexString(ports)}";
    }

    private sealed class ByteComparer : IEqualityComparer<byte[]>
    {
        public static readonly ByteComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode(byte[] obj) => obj.Length;
    }
}
