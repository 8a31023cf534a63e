// SPDX-License-Identifier: GPL-2.0-or-later
//
// Guest memory that is not shared. QEMU has no descriptor for it and leaves it out, without a word: rings that are to run come, and memory does not. The
// guest runs, with a NIC that does nothing. We are the only one who can tell its owner.
//
// What we cannot see: a memfd that QEMU maps privately (share=off). 7.2 and 10.0 hand it over, and it stays empty; 11.1 leaves it out, too.

using System;
using L2tpv3.DataPlane.Log;
using L2tpv3.Vhost.Guest;
using L2tpv3.Vhost.Log;

namespace L2tpv3.Vhost.Device;

/// <summary>Tells, once for a connection, that a queue is to run and no memory was given.</summary>
internal sealed class SharedMemoryCheck
{
    private readonly NetGuest _guest;
    private readonly EventLog _log;
    private readonly LogAllowance _allowance;
    private bool _isTold;

    public SharedMemoryCheck(NetGuest guest, EventLog log, LogAllowance allowance)
    {
        _guest = guest;
        _log = log;
        _allowance = allowance;
    }

    /// <summary>A request about a queue has been done.</summary>
    public void Look()
    {
        bool lacksMemory = _guest.Memory.Count == 0 && (_guest.ReceiveQueue.IsAwaitingMemory || _guest.TransmitQueue.IsAwaitingMemory);
        if (_isTold || !lacksMemory || !_allowance.TryTake(Environment.TickCount64))
        {
            return;
        }

        _isTold = true;
        _log.Warning("the guest's driver has started, but the front-end has given no memory, so no frame passes: the guest's memory must be shared (share=on)");
    }
}
