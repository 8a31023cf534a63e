// SPDX-License-Identifier: GPL-2.0-or-later
using Fuzz.Tests.Model;
using L2tpv3.Packets;
using L2tpv3.Packets.L2tp;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;
using Encapsulation = L2tpv3.Packets.L2tp.Encapsulation;

namespace Fuzz.Tests.Targets;

/// <summary>
/// Everything in Packets that reads bytes, on any bytes: once so that they end before a guard page, once so that they begin behind one.
/// Both times it must say and do the same.
/// </summary>
internal sealed class ParserTarget : FuzzTarget
{
    private const int MaximumBytes = 70_000;
    private readonly BoundedMemory _memory = new(MaximumBytes);
    private readonly BoundedMemory _buffers = new(TcpCoalescer.BuffersLength);

    private delegate Span<byte> Placing(int length);

    public override string Name => "parsers";

    public override int TypicalLength => 150;

    public override void Run(byte[] input)
    {
        Choices choices = new(input);
        SessionParameters parameters = SessionChoices.Any(choices);
        VnetHeader vnet = new()
        {
            Flags = choices.Byte(),
            GsoType = (GsoType)choices.Byte(),
            GsoSize = choices.Field(),
            CsumStart = choices.Field(),
            CsumOffset = choices.Field(),
        };
        List<byte[]> frames = [];
        FrameChoices any = new(choices);
        do
        {
            byte[] frame = choices.OneIn(3) ? any.Any() : choices.Literal(choices.Below(160));
            frames.Add(frame[..Math.Min(frame.Length, MaximumBytes)]);
        }
        while (!choices.IsOver && frames.Count < 20);

        byte[] atEnd = Read(parameters, vnet, frames, _memory.AtEnd);
        byte[] atStart = Read(parameters, vnet, frames, _memory.AtStart);
        Check.Equal(atEnd, atStart, "what is read at the end of a page, and at the start of one");
        Tally.Frames += frames.Count;
        Tally.Delivered += frames.Count;
    }

    public override void Dispose()
    {
        _memory.Dispose();
        _buffers.Dispose();
        base.Dispose();
    }

    /// <summary>Calls all that reads, and puts what it says in a row.</summary>
    private byte[] Read(SessionParameters parameters, VnetHeader vnet, List<byte[]> frames, Placing place)
    {
        List<byte> said = [];
        Encapsulation encapsulation = new(parameters);
        foreach (byte[] bytes in frames)
        {
            Span<byte> frame = place(bytes.Length);
            bytes.CopyTo(frame);
            DropReason reason = encapsulation.TryOpen(frame, out int frameAt);
            Check.That(reason == SlowHeader.Judge(parameters, bytes, out int expectedAt) && (reason != DropReason.None || frameAt == expectedAt), "a header is judged wrongly");
            Say(said, (int)reason, (int)encapsulation.OffendingValue(frame, reason), InnerIp.Read(frame).TrafficClass);
            Say(said, ChecksumOffload.IsVerified(frame) ? 1 : 0);
            Check.That(ChecksumOffload.IsVerified(frame) == (SlowPacket.TryRead(bytes)?.IsVerified == true), "a checksum is judged wrongly");
            Plan(said, vnet, bytes, frame);
            bytes.CopyTo(frame);
            Say(said, MssClamp.TryClamp(frame, frame.Length, 600, needsChecksum: false) ? 1 : 0);
            said.AddRange(frame);
        }

        Join(said, frames, place);
        return [.. said];
    }

    private static void Plan(List<byte> said, VnetHeader vnet, byte[] bytes, Span<byte> frame)
    {
        DropReason reason = TransmitOffload.TryPlan(vnet, frame, frame.Length, out TransmitPlan plan);
        Say(said, (int)reason, (int)plan.Action, plan.SegmentCount);
        if (reason == DropReason.None && plan.Action == TransmitAction.CompleteChecksum)
        {
            Check.That(ChecksumOffload.TryComplete(frame, plan.ChecksumStart, plan.ChecksumOffset) == DropReason.None, "a plan that cannot be carried out");
        }
        else if (reason == DropReason.None && plan.Action is TransmitAction.SegmentTcp or TransmitAction.SegmentUdp)
        {
            Check.That(plan.HeaderLength <= bytes.Length && plan.PayloadSize > 0, "a plan beyond the frame");
            int sum = Enumerable.Range(0, plan.SegmentCount).Sum(plan.PayloadLengthOf);
            Check.Equal((ulong)(bytes.Length - plan.HeaderLength), (ulong)sum);
        }
    }

    private void Join(List<byte> said, List<byte[]> frames, Placing place)
    {
        TcpCoalescer coalescer = new() { AcceptsIpv4 = true, AcceptsIpv6 = true, AcceptsEcn = true };
        Span<byte> buffers = _buffers.AtEnd(TcpCoalescer.BuffersLength);
        foreach (byte[] bytes in frames)
        {
            Span<byte> frame = place(bytes.Length);
            bytes.CopyTo(frame);
            CoalesceResult result;
            do
            {
                result = coalescer.Add(frame, buffers);
                Say(said, (int)result.Action);
                if (result.Action is CoalesceAction.DeliverFlow or CoalesceAction.DeliverFlowThenAddAgain)
                {
                    Finish(said, coalescer, result.Flow, buffers);
                }
            }
            while (result.Action == CoalesceAction.DeliverFlowThenAddAgain);
        }

        while (coalescer.TryGetOldest(out int flow))
        {
            Finish(said, coalescer, flow, buffers);
        }
    }

    private static void Finish(List<byte> said, TcpCoalescer coalescer, int flow, Span<byte> buffers)
    {
        CoalescedFrame frame = coalescer.Finish(flow, buffers);
        said.AddRange(buffers.Slice(frame.Offset, frame.Length));
        Say(said, frame.SegmentCount, frame.Vnet.GsoSize);
    }

    private static void Say(List<byte> said, params ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            said.AddRange(BitConverter.GetBytes(value));
        }
    }
}
