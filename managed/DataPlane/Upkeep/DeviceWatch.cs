// SPDX-License-Identifier: GPL-2.0-or-later
//
// bind-device= names an interface, but the kernel remembers its number. When the interface is removed and one of the same name
// is made (a VPN that starts again, a card that is plugged in again), the socket still belongs to the old one: it sends nothing
// and gets nothing, and nobody tells it. So its interface is asked for now and then, and the name is looked up again.

using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Guest;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Sockets;

namespace L2tpv3.DataPlane.Upkeep;

/// <summary>Keeps a session's socket on the interface of a name.</summary>
internal sealed class DeviceWatch
{
    private const int CheckMs = 500;

    private readonly GuestPort _guest;
    private readonly DatagramSocket _socket;
    private readonly PathMtu _pathMtu;
    private readonly AlarmClock _alarms;
    private readonly string _name;
    private readonly string _device;
    private Errno _told;

    /// <summary>Begins to watch, where the user has named an interface.</summary>
    public DeviceWatch(GuestPort guest, DatagramSocket socket, PathMtu pathMtu, AlarmClock alarms, string name, string? device)
    {
        _guest = guest;
        _socket = socket;
        _pathMtu = pathMtu;
        _alarms = alarms;
        _name = name;
        _device = device ?? string.Empty;
        SetAlarm();
    }

    /// <summary>The alarm has rung.</summary>
    public void Check()
    {
        SetAlarm();
        if (SocketTuning.FindDevice(_socket.Descriptor).Value != LinuxConstants.ENODEV)
        {
            return;
        }

        Errno error = SocketTuning.TryBindToDevice(_socket.Descriptor, _device);
        if (error.IsNone)
        {
            _pathMtu.BindToDevice(_device);
            _told = default;
            _guest.Report(Severity.Information, $"{_name}: interface {_device} is back");
        }
        else if (error.Value != LinuxConstants.ENODEV && error != _told)
        {
            // Binding for the first time is free, binding anew needs CAP_NET_RAW (sock_bindtoindex_locked).
            _told = error;
            _guest.Report(Severity.Warning, $"{_name}: interface {_device} is back, but cannot be used ({error}); give QEMU CAP_NET_RAW, or add the netdev again");
        }
    }

    private void SetAlarm()
    {
        if (_device.Length != 0)
        {
            _alarms.Set(Alarm.Device, CheckMs);
        }
    }
}
