// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Diagnostics;

/// <summary>Looks every second whether a route to the peer has come, where there is none, and tells both.</summary>
internal sealed class RouteWatch
{
    private const int DelayMs = 1_000;

    private readonly SessionParts _parts;
    private readonly string _name;
    private bool _isMissing;

    /// <summary>Watches over the socket of a session.</summary>
    /// <param name="parts">The session.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    public RouteWatch(SessionParts parts, string name)
    {
        _parts = parts;
        _name = name;
    }

    /// <summary>The socket has just been given its peer.</summary>
    public void TellIfMissing(SocketAddress peer)
    {
        if (!_parts.Socket.IsReady)
        {
            _isMissing = true;
            _parts.Alarms.Set(Alarm.Connect, DelayMs);
            _parts.Host.Report(Severity.Warning, $"{_name}: there is no route to dst={peer} yet{Routes.Hint(_parts.Socket.ConnectError)}; trying again every second");
        }
    }

    /// <summary>The interface that was missing has come; a frame that was to be sent may have noticed first.</summary>
    public void TellIfBack()
    {
        if (_isMissing && _parts.Socket.IsReady)
        {
            _isMissing = false;
            _parts.Host.Report(Severity.Information, $"{_name}: there is a route to the peer now");
        }
    }

    /// <summary>The second is over.</summary>
    /// <returns>There is a route.</returns>
    public bool TryAgain()
    {
        if (!_parts.Socket.TryConnect().IsNone)
        {
            _parts.Alarms.Set(Alarm.Connect, DelayMs);
            return false;
        }

        _parts.PathMtu.Refresh();
        TellIfBack();
        return true;
    }
}
