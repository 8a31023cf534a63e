// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Packets.L2tp;

/// <summary>What a <see cref="SequenceWindow"/> says of a numbered frame.</summary>
public enum SequenceVerdict
{
    /// <summary>It is the next one: deliver it, then what <see cref="SequenceWindow.TryTake"/> gives.</summary>
    Deliver,

    /// <summary>Frames before it are missing: keep it in the slot named.</summary>
    Hold,

    /// <summary>Its turn is over: drop it.</summary>
    Late,

    /// <summary>It has been here before: drop it.</summary>
    Repeated,
}
