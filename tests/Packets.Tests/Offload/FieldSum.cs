// SPDX-License-Identifier: GPL-2.0-or-later
namespace Packets.Tests.Offload;

/// <summary>What a test frame holds in its transport checksum field.</summary>
public enum FieldSum
{
    /// <summary>The right checksum, as on the wire.</summary>
    Whole,

    /// <summary>The sum of the pseudo header, as with NEEDS_CSUM.</summary>
    PseudoHeader,

    /// <summary>A checksum that is off by one.</summary>
    Wrong,

    /// <summary>Zero.</summary>
    None,
}
