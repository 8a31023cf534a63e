// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.Offload;

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
