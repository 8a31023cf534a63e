// SPDX-License-Identifier: GPL-2.0-or-later
//
// Says once that a kind of system call fails, and once that it works again.
//
// A peer that is down makes every other send fail, at the guest's rate: a log line each would fill a disk, and a single
// latch for ever (the stock backend's way) hides the second outage. So there is one line per change of state, within the
// LogAllowance. The state is the set of errnos seen since all was well: a peer that is away and frames that are too long
// come by turns, and must not be a line at each turn. It ends when calls have worked for a while without a failure; time
// alone tells nothing.
//
// What is shown (Current) changes at once; what is logged may have to wait. Figures are differences of the session's
// counters, so that a log line and the counters cannot disagree.

using System;
using System.Collections.Generic;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;

namespace L2tpv3.DataPlane.Log;

/// <summary>The errors of one kind of call of one session as a state with two log lines.</summary>
internal abstract class CallHealth
{
    /// <summary>Longer than the pause between two pings, or a peer that is down would look well in between.</summary>
    private const long QuietMs = 5_000;

    private readonly GuestPort _guest;
    private readonly LogAllowance _allowance = new();
    private readonly Dictionary<Errno, string> _texts = [];
    private readonly HashSet<Errno> _told = [];
    private long _quietSince;
    private ulong? _doneBefore;
    private bool _hasDoneSince;

    protected CallHealth(GuestPort guest, string name)
    {
        _guest = guest;
        Name = name;
    }

    /// <summary>What fails at present; none when all is well.</summary>
    public Errno Current { get; private set; }

    /// <summary>The same in words; empty when all is well.</summary>
    public string CurrentText { get; private set; } = string.Empty;

    /// <summary>The log does not say yet how things are: <see cref="CheckLog"/> is to be called again.</summary>
    public bool OwesLine => Current.IsNone ? _told.Count != 0 : !_told.Contains(Current);

    /// <summary>The netdev, as log lines name it.</summary>
    protected string Name { get; }

    /// <summary>Calls that have worked so far.</summary>
    protected abstract ulong Done { get; }

    /// <summary>The first line.</summary>
    protected abstract string InWords(string error, Errno errno);

    /// <summary>The last line, with the counts since the one before.</summary>
    protected abstract string Summary();

    /// <summary>A call has failed, and has been counted.</summary>
    public void Failed(Errno error) => Failed(error, Environment.TickCount64);

    /// <summary>The same at a given time.</summary>
    public void Failed(Errno error, long now)
    {
        _doneBefore = null;
        _hasDoneSince = false;
        if (error == Current)
        {
            return;
        }

        Current = error;
        CurrentText = Text(error);
        CheckLog(now);
    }

    /// <summary>Called now and then while there is traffic, and again soon when the result is true.</summary>
    /// <param name="now">Milliseconds of <see cref="Environment.TickCount64"/>.</param>
    /// <returns>Calls may be well again, which only time will show.</returns>
    public bool Check(long now)
    {
        if (Current.IsNone)
        {
            return false;
        }

        ulong done = Done;
        _doneBefore ??= done;
        if (!_hasDoneSince)
        {
            _hasDoneSince = done != _doneBefore;
            _quietSince = now;
            return _hasDoneSince;
        }

        if (now - _quietSince < QuietMs)
        {
            return true;
        }

        Current = default;
        CurrentText = string.Empty;
        CheckLog(now);
        return false;
    }

    /// <summary>Says what the log does not know yet, as far as it may be said now.</summary>
    public void CheckLog(long now)
    {
        if (!OwesLine || !_allowance.TryTake(now))
        {
            return;
        }

        using LogLine line = LogLine.Begin();
        if (Current.IsNone)
        {
            _told.Clear();
            _guest.Report(Severity.Information, Summary());
        }
        else
        {
            _ = _told.Add(Current);
            _guest.Report(Severity.Warning, InWords(CurrentText, Current));
        }
    }

    /// <summary>Errors come at the guest's rate: their words are made once.</summary>
    private string Text(Errno error)
    {
        if (!_texts.TryGetValue(error, out string? text))
        {
            using LogLine line = LogLine.Begin();
            text = error.ToString();
            _texts.Add(error, text);
        }

        return text;
    }
}
