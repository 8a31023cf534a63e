// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Vhost.Rings;

/// <summary>What is wrong with a ring. The guest has written it, so anything may be.</summary>
internal enum RingFault
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>The available ring's index is further ahead than the ring is long.</summary>
    AvailableIndex,

    /// <summary>An entry of the available ring, or the next field of a descriptor, is no index of its table.</summary>
    DescriptorIndex,

    /// <summary>A chain has more descriptors than its table: it loops.</summary>
    Loop,

    /// <summary>A chain has more pieces than any driver makes.</summary>
    TooLong,

    /// <summary>A descriptor has no bytes.</summary>
    ZeroLength,

    /// <summary>A descriptor, or a part of it, is outside of the guest's memory.</summary>
    Address,

    /// <summary>A descriptor to write to in the transmit queue, or one to read from in the receive queue.</summary>
    Direction,

    /// <summary>The feature is not negotiated.</summary>
    IndirectUnasked,

    /// <summary>An indirect table has an indirect descriptor.</summary>
    IndirectInIndirect,

    /// <summary>An indirect descriptor has a next one.</summary>
    IndirectWithNext,

    /// <summary>An indirect table is empty, too long, no multiple of a descriptor's size, or outside of the guest's memory.</summary>
    IndirectTable,
}

/// <summary>The faults in words.</summary>
internal static class RingFaults
{
    /// <summary>A clause for a log line.</summary>
    public static string InWords(this RingFault fault) => fault switch
    {
        RingFault.AvailableIndex => "the available index is further ahead than the ring is long",
        RingFault.DescriptorIndex => "an index is beyond the descriptor table",
        RingFault.Loop => "a descriptor chain loops",
        RingFault.TooLong => $"a descriptor chain has more than {Chain.MaximumPieces} pieces",
        RingFault.ZeroLength => "a descriptor has no bytes",
        RingFault.Address => "a descriptor is outside of the guest's memory",
        RingFault.Direction => "a descriptor has the wrong direction",
        RingFault.IndirectUnasked => "an indirect descriptor without VIRTIO_F_INDIRECT_DESC",
        RingFault.IndirectInIndirect => "an indirect table in an indirect table",
        RingFault.IndirectWithNext => "an indirect descriptor with a next one",
        RingFault.IndirectTable => "an indirect table of a wrong size, or outside of the guest's memory",
        _ => "nothing is wrong",
    };
}
