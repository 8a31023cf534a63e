// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>Looks every second whether a route to the peer has come, where there is none, and tells both.</summary>
internal sealed class RouteWatch
{
    private const int DelayMs = 1_000;

    private readonly GuestPort _guest;
    private readonly DatagramSocket _socket;
    private readonly PathMtu _pathMtu;
    private readonly AlarmClock _alarms;
    private readonly string _name;
    private bool _isMissing;

    /// <summary>Watches over the socket of a session.</summary>
    /// <param name="guest">The guest side.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="pathMtu">What the path takes whole.</param>
    /// <param name="alarms">The timer.</param>
    /// <param name="name">The netdev, as log lines name it.</param>
    public RouteWatch(GuestPort guest, DatagramSocket socket, PathMtu pathMtu, AlarmClock alarms, string name)
    {
        _guest = guest;
        _socket = socket;
        _pathMtu = pathMtu;
        _alarms = alarms;
        _name = name;
    }

    /// <summary>The socket has just been given its peer.</summary>
    public void TellIfMissing(SocketAddress peer)
    {
        if (!_socket.IsReady)
        {
            _isMissing = true;
            _alarms.Set(Alarm.Connect, DelayMs);
            _guest.Report(Severity.Warning, $"{_name}: there is no route to dst={peer} yet{Routes.Hint(_socket.ConnectError)}; trying again every second");
        }
    }

    /// <summary>The interface that was missing has come; a frame that was to be sent may have noticed first.</summary>
    public void TellIfBack()
    {
        if (_isMissing && _socket.IsReady)
        {
            _isMissing = false;
            _guest.Report(Severity.Information, $"{_name}: there is a route to the peer now");
        }
    }

    /// <summary>The second is over.</summary>
    /// <returns>There is a route.</returns>
    public bool TryAgain()
    {
        if (!_socket.TryConnect().IsNone)
        {
            _alarms.Set(Alarm.Connect, DelayMs);
            return false;
        }

        _pathMtu.Refresh();
        TellIfBack();
        return true;
    }
}
