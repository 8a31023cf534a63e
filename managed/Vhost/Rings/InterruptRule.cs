// SPDX-License-Identifier: GPL-2.0-or-later

using System.Threading;

namespace L2tpv3.Vhost.Rings;

/// <summary>Whether the guest wants an interrupt (virtio 1.2, 2.7.7). One for each start of a ring.</summary>
internal struct InterruptRule
{
    private ushort _told;
    private bool _hasTold;

    /// <summary>The guest has been shown this idx of the used ring. Does it want to hear of it?</summary>
    /// <param name="places">The ring.</param>
    /// <param name="used">idx.</param>
    /// <param name="usesEventIndex">VIRTIO_F_EVENT_IDX is negotiated: has idx passed the entry that the guest named, since it was asked last?</param>
    public bool IsDue(in RingPlaces places, ushort used, bool usesEventIndex)
    {
        // The guest must see the index before we look at what it wants.
        Interlocked.MemoryBarrier();
        if (!usesEventIndex)
        {
            return !places.IsInterruptUnwanted;
        }

        ushort before = _told;
        bool isFirst = !_hasTold;
        _told = used;
        _hasTold = true;
        return isFirst || (ushort)(used - places.UsedEvent - 1) < (ushort)(used - before);
    }
}
