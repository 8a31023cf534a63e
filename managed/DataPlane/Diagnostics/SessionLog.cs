// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Sockets;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Diagnostics;

/// <summary>Everything of a session that owes the log a line, looked at together.</summary>
internal sealed class SessionLog
{
    private const int DelayMs = 10_000;

    private readonly SessionParts _parts;
    private readonly Roaming? _roaming;
    private readonly Outbreak _refusedDatagrams;
    private readonly Outbreak _refusedFrames;

    /// <summary>Watches a session.</summary>
    /// <param name="parts">The session.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    /// <param name="roaming">source-check=roam, or null.</param>
    public SessionLog(SessionParts parts, string name, Roaming? roaming)
    {
        _parts = parts;
        _roaming = roaming;
        _refusedDatagrams = new Outbreak(parts.Host, parts.Counters, $"{name}: datagrams", DropReason.Truncated, DropReason.Runt);
        _refusedFrames = new Outbreak(parts.Host, parts.Counters, $"{name}: frames of the guest", DropReason.GuestRunt, DropReason.BadGuestHeaders);
    }

    private bool OwesLine =>
        _refusedDatagrams.IsOpen || _refusedFrames.IsOpen || _parts.SendHealth.OwesLine || _parts.ReceiveHealth.OwesLine || _roaming is { OwesLine: true };

    /// <summary>Writes the lines that are due, and looks again while some may follow.</summary>
    public void Check()
    {
        long now = Environment.TickCount64;
        _refusedDatagrams.Check(now);
        _refusedFrames.Check(now);
        _parts.SendHealth.CheckLog(now);
        _parts.ReceiveHealth.CheckLog(now);
        _roaming?.CheckLog(now);
        if (OwesLine)
        {
            _parts.Alarms.Set(Alarm.Log, DelayMs);
        }
    }
}
