// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.DataPlane.Guest;

/// <summary>What a session waits for on its one timer; see <see cref="AlarmClock"/>.</summary>
internal enum Alarm
{
    /// <summary>Refresh the line of `info network`.</summary>
    Info = 0,

    /// <summary>Send again after ENOBUFS, or in a storm of ICMP errors.</summary>
    RetryTransmit,

    /// <summary>Read again after an error that does not pass by itself.</summary>
    RetryReceive,

    /// <summary>Do without the frames that are missing.</summary>
    Reorder,

    /// <summary>Look for a route to the peer again.</summary>
    Connect,

    /// <summary>See whether the interface of bind-device= is still the same.</summary>
    Device,

    /// <summary>See whether runs from before gro=off may still come.</summary>
    Coalescing,

    /// <summary>See whether refusals have stopped.</summary>
    Log,
}
