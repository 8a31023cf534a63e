// SPDX-License-Identifier: GPL-2.0-or-later
//
// The values of the properties, and what has to follow when one changes. Not for the hot path: it may allocate and throw.
// Everything is checked and asked of the kernel before anything of the session changes.

namespace L2tpv3.DataPlane.Properties;

/// <summary>One session, as its properties see it.</summary>
internal sealed class SessionProperties
{
    public required StatisticsProperty Statistics { get; init; }

    public required PeerProperty Peer { get; init; }

    public required CookieProperties Cookies { get; init; }

    public required OffloadProperties Offload { get; init; }

    public required PacketProperties Packets { get; init; }

    public required CaptureProperties Captures { get; init; }
}
