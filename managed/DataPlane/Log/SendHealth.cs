// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using L2tpv3.DataPlane.Counting;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.Packets;

namespace L2tpv3.DataPlane.Log;

/// <summary>How sending fares.</summary>
internal sealed class SendHealth : CallHealth
{
    private readonly GuestPort _guest;
    private readonly Counters _counters;
    private readonly LogAllowance _withdrawals = new();
    private ulong _errorsBefore;
    private ulong _lostBefore;

    public SendHealth(GuestPort guest, string name, Counters counters)
        : base(guest, name)
    {
        _guest = guest;
        _counters = counters;
    }

    protected override ulong Done => _counters.TransmittedFrames;

    /// <summary>The kernel refuses a kind of send that is done otherwise from now on; nothing is lost.</summary>
    public void Withdrawn(string what)
    {
        if (_withdrawals.TryTake(Environment.TickCount64))
        {
            using LogLine line = LogLine.Begin();
            _guest.Report(Severity.Information, $"{Name}: {what}");
        }
    }

    /// <summary>The socket was handed in, and whoever else has it has shut it down.</summary>
    public void TellShutdown() => _guest.Report(
        Severity.Error,
        $"{Name}: another process has shut down the socket of fd= (shutdown(2)), which cannot be undone; delete the netdev and add it again with a new socket");

    protected override string InWords(string error, Errno errno) => $"{Name}: sending fails: {error}{Hint(errno)}";

    protected override string Summary()
    {
        ulong errors = _counters.SendErrors - _errorsBefore;
        ulong lost = _counters.Drops(DropReason.SendFailed) - _lostBefore;
        _errorsBefore = _counters.SendErrors;
        _lostBefore = _counters.Drops(DropReason.SendFailed);
        return string.Create(CultureInfo.InvariantCulture, $"{Name}: sending works again after {errors} errors, {lost} frames lost");
    }

    private static string Hint(Errno error) => error.Value switch
    {
        LinuxConstants.ECONNREFUSED => " (nothing listens at dst and dstport)",
        // Linux takes a packet that a raw socket has no room for as one of an unknown protocol.
        LinuxConstants.ENOPROTOOPT or LinuxConstants.EPROTO => " (the peer does not accept protocol 115, or no longer does)",
        LinuxConstants.EMSGSIZE => " (the frame is larger than the path allows; lower the guest's MTU)",
        LinuxConstants.EPERM => " (a firewall on this host blocks it)",
        LinuxConstants.EACCES => " (a route on this host or a firewall on the path prohibits it)",
        LinuxConstants.EINVAL => " (a blackhole route does that; check the routes of this host)",
        LinuxConstants.ENETUNREACH or LinuxConstants.EHOSTUNREACH or LinuxConstants.ENETDOWN => " (check routes and interfaces of this host)",
        _ => string.Empty,
    };
}
