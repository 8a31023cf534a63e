// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets;
using L2tpv3.Packets.Offload;
using L2tpv3.Packets.Wire;

namespace Packets.Tests.Offload;

/// <summary>Does with a large frame what the data plane does: plan, sum each piece, write each header, join the two.</summary>
internal static class Cutter
{
    public static byte[][] Cut(byte[] frame, VnetHeader vnet, int maximumPayload = int.MaxValue)
    {
        DropReason reason = TransmitOffload.TryPlan(vnet, frame.AsSpan(0, Math.Min(512, frame.Length)), frame.Length, out TransmitPlan plan);
        return reason == DropReason.None ? Cut(frame, plan.WithPayloadAtMost(maximumPayload)) : throw new InvalidOperationException($"{reason}");
    }

    public static byte[][] Cut(ReadOnlySpan<byte> frame, TransmitPlan plan)
    {
        byte[][] segments = new byte[plan.SegmentCount][];
        int at = plan.HeaderLength;
        for (int i = 0; i < segments.Length; i++)
        {
            ReadOnlySpan<byte> payload = frame.Slice(at, plan.PayloadLengthOf(i));
            segments[i] = new byte[plan.HeaderLength + payload.Length];
            payload.CopyTo(segments[i].AsSpan(plan.HeaderLength));
            Span<byte> header = segments[i].AsSpan(0, plan.HeaderLength);
            frame[..plan.HeaderLength].CopyTo(header);
            new Segmenter(in plan, frame).Complete(i, payload.Length, InternetChecksum.Sum(payload), header);
            at += payload.Length;
        }

        return at == frame.Length ? segments : throw new InvalidOperationException($"{frame.Length - at} bytes left over");
    }
}
