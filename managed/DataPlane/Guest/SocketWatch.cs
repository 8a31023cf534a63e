// SPDX-License-Identifier: GPL-2.0-or-later

using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Guest;

/// <summary>
/// What the host watches the socket for. Both paths steer their half; the host is asked only when something changes, for
/// each change costs it a pass over its descriptors.
/// </summary>
internal sealed class SocketWatch
{
    private readonly GuestPort _guest;
    private readonly int _descriptor;
    private uint _interest;

    public SocketWatch(GuestPort guest, int descriptor)
    {
        _guest = guest;
        _descriptor = descriptor;
    }

    /// <summary>Watches for something to read, or stops.</summary>
    public void SetRead(bool on) => Set(PlaneConstants.L2TP_WATCH_READ, on);

    /// <summary>Watches for room to write, or stops.</summary>
    public void SetWrite(bool on) => Set(PlaneConstants.L2TP_WATCH_WRITE, on);

    /// <summary>Watches for nothing any more.</summary>
    public void Stop() => Set(PlaneConstants.L2TP_WATCH_READ | PlaneConstants.L2TP_WATCH_WRITE, on: false);

    private void Set(uint bit, bool on)
    {
        uint interest = on ? _interest | bit : _interest & ~bit;
        if (interest != _interest)
        {
            _interest = interest;
            _guest.Watch(_descriptor, interest);
        }
    }
}
