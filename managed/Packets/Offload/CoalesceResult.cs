// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>
/// The answer of <see cref="TcpCoalescer.Add"/>. One number and not two: two would be put together in memory, and the
/// read of both at once has to wait until all stores before it are done, those of the copied payload too (12 ns).
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoalesceResult
{
    private const int ActionBits = 2;
    private const int ActionMask = (1 << ActionBits) - 1;

    private readonly int _value;

    /// <summary>An answer.</summary>
    /// <param name="action">What to do next.</param>
    /// <param name="flow">Which flow to finish, where the action says to.</param>
    public CoalesceResult(CoalesceAction action, int flow)
    {
        _value = (flow << ActionBits) | (int)action;
    }

    /// <summary>What to do next.</summary>
    public CoalesceAction Action => (CoalesceAction)(_value & ActionMask);

    /// <summary>Which flow to finish, where the action says to.</summary>
    public int Flow => _value >> ActionBits;
}

/// <summary>What the caller of <see cref="TcpCoalescer.Add"/> does next.</summary>
public enum CoalesceAction
{
    /// <summary>Deliver the frame itself; nothing of it was kept, and nothing must go before it.</summary>
    DeliverFrame,

    /// <summary>Nothing: the frame has been copied and waits for more.</summary>
    Hold,

    /// <summary>Finish and deliver the flow; the frame has become its last part.</summary>
    DeliverFlow,

    /// <summary>Finish and deliver the flow, then add the same frame again; nothing of the frame was kept.</summary>
    DeliverFlowThenAddAgain,
}

/// <summary>A finished frame: where it lies, and what the guest is told about it.</summary>
/// <param name="Offset">Where it begins in the buffers; <see cref="TcpCoalescer.Headroom"/> bytes before it are free.</param>
/// <param name="Length">Bytes of it.</param>
/// <param name="SegmentCount">How many frames of the wire it stands for; of 1 not a byte was changed.</param>
/// <param name="Vnet">The vnet header. Its flags suppose that the guest accepted checksum offload.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct CoalescedFrame(int Offset, int Length, int SegmentCount, VnetHeader Vnet);
