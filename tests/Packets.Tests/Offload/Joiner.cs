// SPDX-License-Identifier: GPL-2.0-or-later
using L2tpv3.Packets.Offload;
using BoundedMemory = TestKit.BoundedMemory;

namespace Packets.Tests.Offload;

/// <summary>Does with a batch what the data plane does, with buffers and frames between guard pages.</summary>
internal sealed class Joiner : IDisposable
{
    private readonly BoundedMemory _buffers = new(TcpCoalescer.BuffersLength);
    private readonly BoundedMemory _frame = new(70_000);
    private readonly List<Delivered> _delivered = [];

    public TcpCoalescer Coalescer { get; } = new() { AcceptsIpv4 = true, AcceptsIpv6 = true, AcceptsEcn = true };

    public Span<byte> Buffers => _buffers.AtEnd(TcpCoalescer.BuffersLength);

    /// <summary>One batch: all frames, then what is still held.</summary>
    public static IReadOnlyList<Delivered> Join(IEnumerable<byte[]> frames)
    {
        using Joiner joiner = new();
        foreach (byte[] frame in frames)
        {
            joiner.Add(frame);
        }

        return joiner.End();
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> frame = _frame.CopyToEnd(bytes);
        CoalesceResult result;
        do
        {
            result = Coalescer.Add(frame, Buffers);
            if (result.Action is CoalesceAction.DeliverFlow or CoalesceAction.DeliverFlowThenAddAgain)
            {
                Finish(result.Flow);
            }
        }
        while (result.Action == CoalesceAction.DeliverFlowThenAddAgain);

        if (result.Action == CoalesceAction.DeliverFrame)
        {
            _delivered.Add(new Delivered(frame.ToArray(), null, 1));
        }
    }

    public IReadOnlyList<Delivered> End()
    {
        while (Coalescer.TryGetOldest(out int flow))
        {
            Finish(flow);
        }

        return _delivered;
    }

    public void Dispose()
    {
        _buffers.Dispose();
        _frame.Dispose();
    }

    private void Finish(int flow)
    {
        CoalescedFrame frame = Coalescer.Finish(flow, Buffers);
        _delivered.Add(new Delivered(Buffers.Slice(frame.Offset, frame.Length).ToArray(), frame.Vnet, frame.SegmentCount));
    }
}
