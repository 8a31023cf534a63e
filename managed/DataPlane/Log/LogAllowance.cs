// SPDX-License-Identifier: GPL-2.0-or-later
//
// The one rule for the log lines of a session: two lines a minute for each subject.
//
//     subject                                   lines
//     sending, receiving                        what fails; that it works again, with the counts since        CallHealth
//     datagrams and guest's frames refused      what is wrong; that it is over, with the counts since         RefusalLog
//     runs (UDP_SEGMENT)                        that they are not sent any more                               SendHealth
//     the peer (source-check=roam)              where it is now                                               Roaming
//
// Whoever can make an error come and go decides how often: a guest with frames of two sizes, a peer that starts and ends,
// a router that forges ICMP. What may not be said now is said later, if it is still so. Lines that only the owner of the
// host can bring about (an interface, a route, a capture, a property) need no rule.

namespace L2tpv3.DataPlane.Log;

/// <summary>How many lines a subject may still have.</summary>
internal sealed class LogAllowance
{
    /// <summary>Two lines in this time.</summary>
    public const long PeriodMs = 60_000;

    private const long Never = -PeriodMs;
    private long _last = Never;
    private long _lastButOne = Never;

    /// <summary>Takes a line, if there is one.</summary>
    /// <param name="now">Milliseconds of <see cref="System.Environment.TickCount64"/>.</param>
    public bool TryTake(long now)
    {
        if (now - _lastButOne < PeriodMs)
        {
            return false;
        }

        _lastButOne = _last;
        _last = now;
        return true;
    }
}
