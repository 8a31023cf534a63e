// SPDX-License-Identifier: GPL-2.0-or-later
//
// Says once that something is refused, and once that it has stopped, with the counts of all that came in between.
//
// Whoever can reach the port decides how often datagrams are refused, and a guest how often its frames are: a log line each
// would fill the disk. An outbreak ends when nothing was refused for a minute, so there are two lines a minute at most,
// whatever is sent.

using System;
using System.Globalization;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Guest;
using L2tpv3.Packets;
using L2tpv3.Statistics;

namespace L2tpv3.DataPlane.Log;

/// <summary>The refusals of one side of a session as a state with two log lines.</summary>
internal sealed class RefusalLog
{
    /// <summary>How long nothing must be refused.</summary>
    public const long QuietMs = 60_000;

    private readonly GuestPort _guest;
    private readonly Counters _counters;
    private readonly string _what;
    private readonly DropReason _first;
    private readonly DropReason _last;
    private readonly ulong[] _before = new ulong[DropReasons.Count];
    private ulong _total;
    private long _startedAt;
    private long _changedAt;

    /// <summary>Watches a range of reasons.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="counters">What to watch.</param>
    /// <param name="what">The netdev and what is refused, as log lines name it.</param>
    /// <param name="first">The first reason.</param>
    /// <param name="last">The last one.</param>
    public RefusalLog(GuestPort guest, Counters counters, string what, DropReason first, DropReason last)
    {
        _guest = guest;
        _counters = counters;
        _what = what;
        _first = first;
        _last = last;
    }

    /// <summary>There is one.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Looks at the counters; to be called again for as long as <see cref="IsOpen"/>.</summary>
    /// <param name="now">Milliseconds of <see cref="Environment.TickCount64"/>.</param>
    public void Check(long now)
    {
        ulong total = Total(out DropReason worst);
        if (total != _total)
        {
            _total = total;
            _changedAt = now;
            if (!IsOpen)
            {
                IsOpen = true;
                _startedAt = now;
                _guest.Report(Severity.Warning, $"{_what} are dropped: {InWords(worst)}; l2tpv3-stat explain says more. The next line comes when no more have come for a minute");
            }
        }
        else if (IsOpen && now - _changedAt >= QuietMs)
        {
            Close(worst);
        }
    }

    private void Close(DropReason worst)
    {
        IsOpen = false;
        ulong count = _counters.Drops(worst) - _before[(int)worst];
        ulong sum = 0;
        for (int i = (int)_first; i <= (int)_last; i++)
        {
            sum += _counters.Drops((DropReason)i) - _before[i];
            _before[i] = _counters.Drops((DropReason)i);
        }

        double seconds = (_changedAt - _startedAt) / 1000.0;
        _guest.Report(
            Severity.Information,
            string.Create(CultureInfo.InvariantCulture, $"{_what} are no longer dropped: {sum} were dropped in {seconds:0.#} s, mostly {DropWords.Of(worst)} ({count})"));
    }

    /// <summary>All drops so far, and the reason that most of this outbreak have.</summary>
    private ulong Total(out DropReason worst)
    {
        ulong total = 0;
        worst = _first;
        for (DropReason reason = _first; reason <= _last; reason++)
        {
            total += _counters.Drops(reason);
            worst = Since(reason) > Since(worst) ? reason : worst;
        }

        return total;
    }

    private ulong Since(DropReason reason) => _counters.Drops(reason) - _before[(int)reason];

    private string InWords(DropReason reason)
    {
        string words = DropWords.Of(reason);
        return reason == DropReason.WrongSession
            ? string.Create(CultureInfo.InvariantCulture, $"{words} 0x{_counters.LastValue(reason):x}")
            : words;
    }
}
