// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Capture;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Log;
using L2tpv3.DataPlane.Memory;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>What others see of a session, kept up to date by the timer: the line of `info network`, the statistics, the log.</summary>
/// <param name="guest">The guest side.</param>
/// <param name="alarms">The timer.</param>
/// <param name="captures">Where packets are written down.</param>
/// <param name="view">The session.</param>
/// <param name="line">The line of `info network`.</param>
/// <param name="statistics">The statistics page.</param>
/// <param name="log">The log.</param>
/// <param name="route">The way to the peer.</param>
internal sealed class SessionInfo(GuestPort guest, AlarmClock alarms, Captures captures, SessionView view, InfoLine line, StatisticsWriter statistics, SessionLog log, RouteWatch route)
{
    /// <summary>How old it may be while the guest takes nothing: the kernel goes on counting what it drops, and wakes nobody.</summary>
    private const int FullGuestDelayMs = 1_000;

    private readonly InfoLine _line = line;
    private readonly StatisticsWriter _statistics = statistics;

    /// <summary>The timer: everything is looked at, and the timer set anew where something can change by itself.</summary>
    public void Refresh()
    {
        long now = Environment.TickCount64;
        bool mayRecover = view.SendHealth.Check(now) | view.ReceiveHealth.Check(now);
        route.TellIfBack();
        Show();
        log.Check();
        captures.Flush();
        if (mayRecover)
        {
            alarms.Set(Alarm.Info, AlarmClock.InfoDelayMs);
        }
        else if (view.Counters.IsGuestFull)
        {
            alarms.Set(Alarm.Info, FullGuestDelayMs);
        }
    }

    /// <summary>The peer is elsewhere now.</summary>
    public void SetPeer(SocketAddress peer)
    {
        _line.SetPeer(peer);
        _statistics.SetPeer(peer);
    }

    /// <summary>Other settings hold now; never with a cookie.</summary>
    /// <param name="settings">In words.</param>
    /// <param name="hasSecondCookie">Two cookies are accepted, or one.</param>
    public void SetSettings(string settings, bool hasSecondCookie)
    {
        _statistics.SetSettings(settings, hasSecondCookie);
        Show();
    }

    /// <summary>Writes the line and the statistics.</summary>
    public unsafe void Show()
    {
        // It counts the kernel's drops, which the line shows.
        _statistics.Refresh();
        Notices.TellRefusedCalls(guest, view.Socket.RefusedCalls);
        // SAFETY: the buffer outlives the call, and Terminate keeps its last byte for the NUL.
        byte* buffer = stackalloc byte[InfoLine.Size];
        Utf8Line text = new(new Span<byte>(buffer, InfoLine.Size));
        _line.WriteTo(ref text);
        text.Terminate();
        guest.SetInfo(buffer);
    }
}
