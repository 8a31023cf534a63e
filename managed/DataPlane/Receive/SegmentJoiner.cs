// SPDX-License-Identifier: GPL-2.0-or-later
//
// Joins TCP segments for a guest that has accepted large frames (TcpCoalescer), and hands the result, or a frame as it came,
// to GuestDelivery. Only segments of one batch are joined: at its end every flow is delivered, so no frame waits for another.

using System;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets.Offload;

namespace L2tpv3.DataPlane.Receive;

/// <summary>The step between the source of frames and their delivery.</summary>
internal sealed unsafe class SegmentJoiner : IDisposable
{
    private readonly GuestDelivery _delivery;
    private readonly PathMtu _pathMtu;
    private readonly VnetState _vnet;
    private readonly NativeBlock _buffers = new(TcpCoalescer.BuffersLength);
    private readonly TcpCoalescer _coalescer = new();

    /// <summary>Joins nothing until the guest accepts large frames.</summary>
    /// <param name="delivery">The last step; owned by the caller.</param>
    /// <param name="pathMtu">What the path takes whole.</param>
    /// <param name="vnet">What the NIC and the session have agreed on.</param>
    public SegmentJoiner(GuestDelivery delivery, PathMtu pathMtu, VnetState vnet)
    {
        _delivery = delivery;
        _pathMtu = pathMtu;
        _vnet = vnet;
    }

    // SAFETY: the block has just this size, and lives as long as this object.
    private Span<byte> Buffers => new(_buffers.Start, TcpCoalescer.BuffersLength);

    /// <summary>What the NIC and the session have agreed on is new: what was joined for the old is void.</summary>
    /// <returns>How many segments that were.</returns>
    public int VnetChanged()
    {
        int dropped = _coalescer.Clear();
        _coalescer.AcceptsIpv4 = _vnet.HeaderLength != 0 && _vnet.GuestTso4;
        _coalescer.AcceptsIpv6 = _vnet.HeaderLength != 0 && _vnet.GuestTso6;
        _coalescer.AcceptsEcn = _vnet.GuestEcn;
        return dropped;
    }

    /// <summary>Joins or delivers the frame that the source has in hand; if a flow has to go first, the frame stays there.</summary>
    /// <returns>False when the host took what was delivered but takes no more.</returns>
    public bool TryAdd(FrameSource source)
    {
        if (!_coalescer.AcceptsIpv4 && !_coalescer.AcceptsIpv6)
        {
            return TryDeliverFrame(source);
        }

        CoalesceResult result = _coalescer.Add(source.Frame, Buffers);
        switch (result.Action)
        {
            case CoalesceAction.DeliverFrame:
                return TryDeliverFrame(source);
            case CoalesceAction.DeliverFlow:
                source.Done();
                return TryDeliver(result.Flow);
            case CoalesceAction.DeliverFlowThenAddAgain:
                return TryDeliver(result.Flow);
            default:
                source.Done();
                return true;
        }
    }

    /// <summary>The oldest flow, if there is one.</summary>
    public bool TryGetOldest(out int flow) => _coalescer.TryGetOldest(out flow);

    /// <summary>Delivers a flow.</summary>
    /// <returns>False when the host took it but takes no more.</returns>
    public bool TryDeliver(int flow)
    {
        CoalescedFrame frame = _coalescer.Finish(flow, Buffers);
        // SAFETY: the coalescer gives a place within the buffers that it was lent.
        return _delivery.TryDeliverLarge(_buffers.Start + frame.Offset, frame);
    }

    /// <summary>Throws away what was joined.</summary>
    /// <returns>How many segments that were.</returns>
    public int Clear() => _coalescer.Clear();

    public void Dispose() => _buffers.Dispose();

    private bool TryDeliverFrame(FrameSource source)
    {
        Span<byte> frame = source.Frame;
        // Here and not for every segment: a SYN is never joined.
        if (_pathMtu.LowersMss && _pathMtu.IsFitted)
        {
            _ = MssClamp.TryClamp(frame, frame.Length, _pathMtu.MaximumFrame, needsChecksum: false);
        }

        byte* start = source.Start;
        source.Done();
        return _delivery.TryDeliverFrame(start, frame.Length);
    }
}
