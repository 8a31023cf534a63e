// SPDX-License-Identifier: GPL-2.0-or-later
using FsCheck;
using FsCheck.Fluent;
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.Offload;

/// <summary>Whatever a guest writes, nothing is thrown, and nothing is read or written outside the frame.</summary>
public sealed class HostileGuestTests
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(3000);

    private static readonly Gen<ushort> s_number = Gen.OneOf(
        Gen.Choose(0, 80).Select(number => (ushort)number),
        Numbers.UInt16,
        Gen.Elements<ushort>(0, 1, 14, 34, 54, 16, 6, 1448, 0xFFFF));

    private static readonly Gen<VnetHeader> s_headers =
        from flags in Gen.Elements<byte>(0, 1, 1, 1, 2, 0xFF)
        from type in Gen.OneOf(Gen.Elements(0, 1, 4, 5, 0x81, 0x84), Gen.Choose(0, 255))
        from hdrLen in s_number
        from gsoSize in s_number
        from start in s_number
        from offset in s_number
        select new VnetHeader
        {
            Flags = flags,
            GsoType = (GsoType)type,
            HdrLen = hdrLen,
            GsoSize = gsoSize,
            CsumStart = start,
            CsumOffset = offset,
        };

    private static readonly Gen<byte[]> s_noise =
        from length in Gen.Choose(0, 300)
        from seed in Gen.Choose(0, int.MaxValue)
        select Noise.Bytes(length, seed);

    [Fact]
    public void Random_bytes_with_random_vnet_headers_are_judged_and_what_is_accepted_can_be_done()
    {
        using BoundedMemory memory = new(4096);
        Prop.ForAll(s_headers.ToArbitrary(), s_noise.ToArbitrary(), (header, frame) => IsHandled(memory, header, frame)).Check(s_config);
    }

    /// <summary>Random bytes alone hardly ever look like IP; damaged packets do, and the vnet header is right more often.</summary>
    [Fact]
    public void Damaged_packets_are_judged_and_what_is_accepted_can_be_done()
    {
        Gen<(VnetHeader Header, byte[] Frame)> cases =
            from packet in TestPackets.Large
            from random in s_headers
            from gsoSize in s_number
            from isRandom in Gen.Elements(true, false)
            from places in Gen.Choose(12, 90).ListOf()
            from value in Gen.Choose(0, 255)
            from cut in Gen.Choose(0, 400)
            select (isRandom ? random : packet.Vnet(gsoSize), Damaged(packet.ToFrame(), places, value, cut));
        using BoundedMemory memory = new(70_000);
        int accepted = 0;
        Prop.ForAll(cases.ToArbitrary(), test =>
        {
            accepted += TransmitOffload.TryPlan(test.Header, test.Frame, test.Frame.Length, out TransmitPlan plan) == DropReason.None
                && plan.Action is TransmitAction.SegmentTcp or TransmitAction.SegmentUdp ? 1 : 0;
            return IsHandled(memory, test.Header, test.Frame);
        }).Check(s_config);

        // Else the test says nothing about what is behind the plan.
        Assert.True(accepted > 100, $"{accepted} accepted");
    }

    private static byte[] Damaged(byte[] frame, System.Collections.Generic.IEnumerable<int> places, int value, int cut)
    {
        int count = 0;
        foreach (int place in places)
        {
            if (place < frame.Length && count++ < 3)
            {
                frame[place] = (byte)value;
            }
        }

        return cut < 100 ? frame[..Math.Min(cut, frame.Length)] : frame;
    }

    private static bool IsHandled(BoundedMemory memory, VnetHeader header, byte[] bytes)
    {
        Span<byte> frame = memory.AtEnd(bytes.Length);
        bytes.CopyTo(frame);
        _ = MssClamp.TryClamp(frame, frame.Length, 1000, needsChecksum: false);
        _ = ChecksumOffload.IsVerified(frame);
        bytes.CopyTo(frame);
        if (TransmitOffload.TryPlan(header, frame, frame.Length, out TransmitPlan plan) != DropReason.None)
        {
            return true;
        }

        switch (plan.Action)
        {
            case TransmitAction.CompleteChecksum:
                return ChecksumOffload.TryComplete(frame, plan.ChecksumStart, plan.ChecksumOffset) == DropReason.None;
            case TransmitAction.SegmentTcp or TransmitAction.SegmentUdp:
                int length = 0;
                foreach (byte[] segment in Cutter.Cut(frame, plan))
                {
                    length += segment.Length - plan.HeaderLength;
                }

                return length == frame.Length - plan.HeaderLength;
            default:
                return true;
        }
    }
}
