// SPDX-License-Identifier: GPL-2.0-or-later
//
//     the timer    what it means                             event
//     Off          no alarm is set                           Set: Armed
//     Armed        the host calls at the first deadline      Set, sooner than that: Armed anew
//                                                            TryTake, the host has called: UsedUp
//                                                            Stop: Off
//     UsedUp       alarms ring, one after the other          TryTake, no other is due: Armed for the next, or Off
//                                                            Set: Armed for the first
//                                                            Stop: Off
//
// A handler that throws leaves the round half-way, and the timer UsedUp. Whatever comes next arms it again, with the alarms
// that have not rung: each call of Set, even for an alarm that is set, and each round.

using System;
using System.Runtime.CompilerServices;

namespace L2tpv3.DataPlane.Guest;

/// <summary>
/// Several alarms on the one timer that a host lends. Setting an alarm again, with the same delay or a longer one, costs
/// two compares: the paths do so for every batch.
///
/// An alarm is taken out before its handler runs, so a handler that throws stops nothing but itself.
/// </summary>
internal sealed class AlarmClock
{
    /// <summary>How old the line of `info network` may be while there is traffic.</summary>
    public const int InfoDelayMs = 200;

    private const int Count = (int)Alarm.Log + 1;
    private const long Never = long.MaxValue;

    private readonly GuestPort _guest;
    private PerAlarm _deadlines;
    private PerAlarm _delays;

    /// <summary>What the host's timer is set for; Never: it is off or used up.</summary>
    private long _armedFor = Never;

    public AlarmClock(GuestPort guest)
    {
        _guest = guest;
        Clear();
    }

    /// <summary>Rings in <paramref name="delayMs"/> at the latest: an alarm that is set for later comes forward.</summary>
    public void Set(Alarm alarm, long delayMs)
    {
        // One that was set before with the same delay rings sooner.
        if (delayMs >= _delays[(int)alarm] && _armedFor != Never)
        {
            return;
        }

        _delays[(int)alarm] = Math.Min(_delays[(int)alarm], delayMs);
        _deadlines[(int)alarm] = Math.Min(_deadlines[(int)alarm], Environment.TickCount64 + delayMs);
        Arm();
    }

    /// <summary>Takes one alarm whose time has come. Call until false, then <see cref="Arm"/> has been done.</summary>
    /// <param name="now">The time, asked for once: an alarm set meanwhile rings another time.</param>
    /// <param name="alarm">Which one.</param>
    public bool TryTake(long now, out Alarm alarm)
    {
        _armedFor = Never;
        for (int i = 0; i < Count; i++)
        {
            if (_deadlines[i] <= now)
            {
                _deadlines[i] = Never;
                _delays[i] = Never;
                alarm = (Alarm)i;
                return true;
            }
        }

        alarm = default;
        Arm();
        return false;
    }

    /// <summary>No alarm rings any more.</summary>
    public void Stop()
    {
        Clear();
        _armedFor = Never;
        _guest.SetTimer(-1);
    }

    private void Clear()
    {
        ((Span<long>)_deadlines).Fill(Never);
        ((Span<long>)_delays).Fill(Never);
    }

    private void Arm()
    {
        long first = Never;
        foreach (long deadline in (ReadOnlySpan<long>)_deadlines)
        {
            first = Math.Min(first, deadline);
        }

        if (first < _armedFor)
        {
            _armedFor = first;
            _guest.SetTimer(Math.Max(first - Environment.TickCount64, 0));
        }
    }

    [InlineArray(Count)]
    private struct PerAlarm
    {
        private long _first;
    }
}
