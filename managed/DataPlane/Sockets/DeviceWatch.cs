// SPDX-License-Identifier: GPL-2.0-or-later
//
// bind-device= names an interface, but the kernel remembers its number. When the interface is removed and one of the same name
// is made (a VPN that starts again, a card that is plugged in again), the socket still belongs to the old one: it sends nothing
// and gets nothing, and nobody tells it. So its interface is asked for now and then, and the name is looked up again.

using L2tpv3.DataPlane.Hosting;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Sockets;

/// <summary>Keeps a session's socket on the interface of a name.</summary>
internal sealed class DeviceWatch
{
    private const int CheckMs = 500;

    private readonly SessionParts _parts;
    private readonly string _name;
    private readonly string _device;
    private Errno _told;

    /// <summary>Begins to watch, where the user has named an interface.</summary>
    public DeviceWatch(SessionParts parts, string name, string? device)
    {
        _parts = parts;
        _name = name;
        _device = device ?? string.Empty;
        SetAlarm();
    }

    /// <summary>The alarm has rung.</summary>
    public void Check()
    {
        SetAlarm();
        if (SocketTuning.FindDevice(_parts.Socket.Descriptor).Value != LinuxConstants.ENODEV)
        {
            return;
        }

        Errno error = SocketTuning.TryBindToDevice(_parts.Socket.Descriptor, _device);
        if (error.IsNone)
        {
            _parts.PathMtu.BindToDevice(_device);
            _told = default;
            _parts.Host.Report(Severity.Information, $"{_name}: interface {_device} is back");
        }
        else if (error.Value != LinuxConstants.ENODEV && error != _told)
        {
            // Binding for the first time is free, binding anew needs CAP_NET_RAW (sock_bindtoindex_locked).
            _told = error;
            _parts.Host.Report(Severity.Warning, $"{_name}: interface {_device} is back and cannot be used ({error}); give QEMU CAP_NET_RAW, or add the netdev again");
        }
    }

    private void SetAlarm()
    {
        if (_device.Length != 0)
        {
            _parts.Alarms.Set(Alarm.Device, CheckMs);
        }
    }
}
