// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks;

/// <summary>The netdev under test.</summary>
internal enum Backend
{
    /// <summary>QEMU's own l2tpv3.</summary>
    Stock,

    /// <summary>l2tpv3 with the plugin loaded.</summary>
    Ours,

    /// <summary>A second tap.</summary>
    Tap,

    /// <summary>QEMU's dgram over UDP, the bare frame as datagram.</summary>
    Dgram,
}

/// <summary>Seen from the netdev under test, as everywhere in this project.</summary>
internal enum Direction
{
    /// <summary>Guest to wire.</summary>
    Transmit,

    /// <summary>Wire to guest.</summary>
    Receive,
}
