// SPDX-License-Identifier: GPL-2.0-or-later
//
// Says once that sending fails, and once that it works again.
//
// A peer that is down makes every other send fail, at the guest's rate: a log line each would fill a disk, and a single
// latch for ever (the stock backend's way) hides the second outage. So there is one line per change of state. The state
// is the set of errnos seen since all was well: a peer that is away and frames that are too long come by turns, and must
// not be a line at each turn. It ends when frames have been sent for a while without a failure; time alone tells nothing.

using System;
using System.Collections.Generic;
using System.Globalization;
using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Diagnostics;

/// <summary>The send errors of one session as a state with two log lines.</summary>
internal sealed class SendHealth
{
    /// <summary>Longer than the pause between two pings, or a peer that is down would look well in between.</summary>
    private const long QuietMs = 5_000;

    private readonly Host _host;
    private readonly string _name;
    private readonly Dictionary<Errno, string> _told = [];
    private long _quietSince;
    private ulong? _sentBefore;
    private bool _hasSentSince;
    private ulong _failures;
    private ulong _lost;

    public SendHealth(Host host, string name)
    {
        _host = host;
        _name = name;
    }

    /// <summary>What fails at present; none when all is well.</summary>
    public Errno Current { get; private set; }

    /// <summary>The same in words; empty when all is well.</summary>
    public string CurrentText { get; private set; } = string.Empty;

    /// <summary>A send failed.</summary>
    /// <param name="error">Why.</param>
    /// <param name="lost">The frame is lost; else it is sent again.</param>
    public void Failed(Errno error, bool lost)
    {
        _sentBefore = null;
        _hasSentSince = false;
        _failures++;
        _lost += lost ? 1UL : 0;
        if (error == Current)
        {
            return;
        }

        // Two errors by turns come at the guest's rate: their words are made once.
        if (!_told.TryGetValue(error, out string? text))
        {
            text = error.ToString();
            _told.Add(error, text);
            _host.Report(Severity.Warning, $"{_name}: sending fails: {text}{Hint(error)}");
        }

        Current = error;
        CurrentText = text;
    }

    /// <summary>The kernel refuses a kind of send that is done otherwise from now on; nothing is lost.</summary>
    public void Withdrawn(string what) => _host.Report(Severity.Information, $"{_name}: {what}");

    /// <summary>The socket was handed in, and whoever else has it has shut it down.</summary>
    public void TellShutdown() => _host.Report(
        Severity.Error,
        $"{_name}: another process that holds the socket of fd= has shut it down (shutdown(2)), and no socket comes back from that; delete the netdev and add it with a new socket");

    /// <summary>Called now and then while there is traffic, and again soon when the result is true.</summary>
    /// <param name="sentFrames">How many frames the kernel has taken so far.</param>
    /// <returns>Sending may be well again, which only time will show.</returns>
    public bool Check(ulong sentFrames)
    {
        if (Current.IsNone)
        {
            return false;
        }

        long now = Environment.TickCount64;
        _sentBefore ??= sentFrames;
        if (!_hasSentSince)
        {
            _hasSentSince = sentFrames != _sentBefore;
            _quietSince = now;
            return _hasSentSince;
        }

        if (now - _quietSince < QuietMs)
        {
            return true;
        }

        Recovered();
        return false;
    }

    private void Recovered()
    {
        Current = default;
        CurrentText = string.Empty;
        _host.Report(
            Severity.Information,
            string.Create(CultureInfo.InvariantCulture, $"{_name}: sending works again after {_failures} errors, {_lost} frames lost"));
        _told.Clear();
        _failures = 0;
        _lost = 0;
    }

    private static string Hint(Errno error) => error.Value switch
    {
        LinuxConstants.ECONNREFUSED => " (nobody listens at the peer's dst and dstport)",
        // Linux takes a packet that a raw socket has no room for as one of an unknown protocol.
        LinuxConstants.ENOPROTOOPT or LinuxConstants.EPROTO => " (the peer does not take protocol 115, or takes no more of it)",
        LinuxConstants.EMSGSIZE => " (the frame is larger than the path takes; lower the guest's MTU)",
        LinuxConstants.EPERM => " (a firewall of this host forbids it)",
        LinuxConstants.ENETUNREACH or LinuxConstants.EHOSTUNREACH or LinuxConstants.ENETDOWN => " (check routes and interfaces of this host)",
        _ => string.Empty,
    };
}
