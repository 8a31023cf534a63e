// SPDX-License-Identifier: GPL-2.0-or-later
namespace Benchmarks;

/// <summary>Seen from the netdev under test, as everywhere in this project.</summary>
internal enum Direction
{
    /// <summary>Guest to wire.</summary>
    Transmit,

    /// <summary>Wire to guest.</summary>
    Receive,
}
