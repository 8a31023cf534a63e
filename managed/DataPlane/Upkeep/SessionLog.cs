// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Receive;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>Everything of a session that owes the log a line, looked at together.</summary>
internal sealed class SessionLog
{
    private const int DelayMs = 10_000;

    private readonly AlarmClock _alarms;
    private readonly SendHealth _sendHealth;
    private readonly ReceiveHealth _receiveHealth;
    private readonly Roaming? _roaming;
    private readonly RefusalLog _refusedDatagrams;
    private readonly RefusalLog _refusedFrames;

    /// <summary>Watches a session.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="alarms">The timer.</param>
    /// <param name="counters">Where it counts.</param>
    /// <param name="sendHealth">Whether sending works.</param>
    /// <param name="receiveHealth">Whether receiving works.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    /// <param name="roaming">source-check=roam, or null.</param>
    public SessionLog(GuestPort guest, AlarmClock alarms, Counters counters, SendHealth sendHealth, ReceiveHealth receiveHealth, string name, Roaming? roaming)
    {
        _alarms = alarms;
        _sendHealth = sendHealth;
        _receiveHealth = receiveHealth;
        _roaming = roaming;
        _refusedDatagrams = new RefusalLog(guest, counters, $"{name}: datagrams", DropReason.Truncated, DropReason.Runt);
        _refusedFrames = new RefusalLog(guest, counters, $"{name}: frames of the guest", DropReason.GuestRunt, DropReason.BadGuestHeaders);
    }

    private bool OwesLine =>
        _refusedDatagrams.IsOpen || _refusedFrames.IsOpen || _sendHealth.OwesLine || _receiveHealth.OwesLine || _roaming is { OwesLine: true };

    /// <summary>Writes the lines that are due, and looks again while some may follow.</summary>
    public void Check()
    {
        long now = Environment.TickCount64;
        _refusedDatagrams.Check(now);
        _refusedFrames.Check(now);
        _sendHealth.CheckLog(now);
        _receiveHealth.CheckLog(now);
        _roaming?.CheckLog(now);
        if (OwesLine)
        {
            _alarms.Set(Alarm.Log, DelayMs);
        }
    }
}
