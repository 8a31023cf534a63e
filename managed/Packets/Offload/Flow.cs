// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.InteropServices;
using L2tpv3.Packets.Wire;

namespace L2tpv3.Packets.Offload;

/// <summary>What is known of the frame that is growing in one buffer. Its headers are those of the first segment.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct Flow
{
    /// <summary>0 when the place is free; else greater than that of any flow started earlier.</summary>
    public ulong Started;

    public FlowKey Key;

    public FrameLayout Layout;

    /// <summary>Bytes in the buffer.</summary>
    public int Length;

    /// <summary>How many segments they came in.</summary>
    public int SegmentCount;

    /// <summary>Payload bytes of the first segment, and of each but the last.</summary>
    public int PayloadSize;

    /// <summary>The sequence number that continues the frame.</summary>
    public uint NextSequence;

    /// <summary>IPv4: all segments have one identification, which DF allows (RFC 6864, 4.1).</summary>
    public bool HasFixedId;

    /// <summary>Ended by PSH or by a short segment; to be delivered before anything else is done.</summary>
    public bool IsComplete;

    /// <summary>The sum of the pseudo header without its length.</summary>
    public ulong PseudoHeaderSum;
}
