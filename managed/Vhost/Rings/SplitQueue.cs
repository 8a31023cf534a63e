// SPDX-License-Identifier: GPL-2.0-or-later
//
// A split virtqueue, the device's side (virtio 1.2, 2.7).
//
//     the guest: available ring --TryTake--> a chain --Use--> the batch --Publish--> entries and idx of the used ring, an interrupt if wanted
//                                               '--GiveBack: it is taken again, next time
//
// Between two turns nothing is taken and not used, and nothing is used and not published. So a queue can be stopped, moved or left there, and what the
// other side needs to go on is one number.
//
// Indexes run freely through 16 bits; an entry is at the index modulo the size. The guest owns everything in the rings, so our own indexes are here,
// and the guest's are read once and checked. What is wrong with a ring is told once, as its fault; then the queue takes nothing more.

using System;
using System.Threading;
using L2tpv3.Vhost.GuestMemory;

namespace L2tpv3.Vhost.Rings;

/// <summary>One queue, with its ring while it has one.</summary>
internal sealed unsafe class SplitQueue
{
    /// <summary>The largest ring of virtio.</summary>
    public const uint MaximumSize = 32768;

    /// <summary>How many chains ahead a buffer is announced that will be written: as many as their lines the processor fetches at a time.</summary>
    private const int Foresight = 8;

    private readonly ChainReader _reader;
    private readonly bool _isWritten;
    private readonly UsedBatch _batch = new();
    private RingPlaces _places;
    private RingAddresses _addresses;
    private ushort[] _left = [];
    private int _leftAt;
    private uint _size;
    private uint _mask;
    private ushort _available;
    private ushort _next;
    private ushort _used;
    private InterruptRule _interrupts;
    private int _takenFromRing;
    private InflightRegion? _inflight;

    /// <summary>Makes a queue without a ring.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="isWritten">We write to its buffers: the receive queue.</param>
    public SplitQueue(MemoryTable memory, bool isWritten)
    {
        _reader = new ChainReader(memory, isWritten);
        _isWritten = isWritten;
    }

    /// <summary>What is wrong with the ring.</summary>
    public RingFault Fault { get; private set; }

    /// <summary>VIRTIO_F_EVENT_IDX is negotiated.</summary>
    public bool UsesEventIndex { get; set; }

    /// <summary>VIRTIO_F_INDIRECT_DESC is negotiated.</summary>
    public bool TakesIndirect
    {
        get => _reader.TakesIndirect;
        set => _reader.TakesIndirect = value;
    }

    /// <summary>Where writes to the used ring are logged; null: nowhere.</summary>
    public DirtyLog? Log { get; set; }

    /// <summary>There is a ring in our memory.</summary>
    public bool IsPlaced => _places.IsKnown;

    /// <summary>There is, and nothing is wrong with it.</summary>
    public bool IsUsable => IsPlaced && Fault == RingFault.None;

    /// <summary>Entries of the ring.</summary>
    public uint Size => _size;

    /// <summary>The entry of the available ring that is taken next: what GET_VRING_BASE answers.</summary>
    public ushort Next => _next;

    /// <summary>Entries that are used and not published.</summary>
    public int Unpublished => _batch.Count;

    /// <summary>The ring is here now. Its indexes stay.</summary>
    /// <param name="places">Where; unknown: the memory does not have it.</param>
    /// <param name="addresses">For the log.</param>
    public void Move(RingPlaces places, RingAddresses addresses)
    {
        _places = places;
        _addresses = addresses;
    }

    /// <summary>Begins with a ring, which <see cref="Move"/> has set.</summary>
    /// <param name="size">Its entries, a power of two.</param>
    /// <param name="next">SET_VRING_BASE.</param>
    /// <param name="inflight">Where it is noted what is taken; null: nowhere.</param>
    public void Start(uint size, ushort next, InflightRegion? inflight)
    {
        _size = size;
        _mask = size - 1;
        _batch.Begin(size);
        _interrupts = default;
        _takenFromRing = 0;
        _inflight = inflight;
        Fault = RingFault.None;
        _left = [];
        _leftAt = 0;
        _used = _places.IsKnown ? _places.UsedIndex : next;
        if (inflight is not null && _places.IsKnown)
        {
            _left = inflight.Begin(_used);
            next = (ushort)(_used + _left.Length);
        }
        else if (_places.IsKnown)
        {
            // Chains are used in the order in which they are taken. What was taken and not used when somebody else had the ring comes again.
            next = _used;
        }

        _next = next;
        _available = next;
    }

    /// <summary>Takes the next chain, if there is one.</summary>
    /// <param name="chain">Its pieces are added here.</param>
    /// <param name="head">What <see cref="Use"/> wants.</param>
    /// <returns>False when there is none, or the ring is broken: see <see cref="Fault"/>.</returns>
    public bool TryTake(Chain chain, out ushort head)
    {
        head = 0;
        bool isLeft = _leftAt < _left.Length;
        if (!isLeft && (_next == _available && !TryLook()))
        {
            return false;
        }

        head = isLeft ? _left[_leftAt] : _places.Head(_next & _mask);
        if (head >= _size)
        {
            Fault = RingFault.DescriptorIndex;
            return false;
        }

        (int count, ulong bytes) = (chain.Count, chain.Bytes);
        Fault = _reader.Append(_places.Descriptors, _size, head, chain);
        if (Fault != RingFault.None)
        {
            // Nothing of a chain that is not taken counts as room.
            chain.Rewind(count, bytes);
            if (Fault == RingFault.TooLong && count != 0)
            {
                // It is together with others that it is too long: no fault of the ring's.
                Fault = RingFault.None;
                chain.IsFull = true;
            }

            return false;
        }

        if (isLeft)
        {
            _leftAt++;
        }
        else
        {
            _next++;
            _takenFromRing++;
            _inflight?.Take(head);
            if (_isWritten)
            {
                Foresee((ushort)(_next + Foresight));
            }
        }

        return true;
    }

    /// <summary>The last chains that were taken have not been used: they are taken again, in the same order.</summary>
    /// <param name="heads">All that were taken since something was used or given back.</param>
    public void GiveBack(ReadOnlySpan<ushort> heads)
    {
        int ofRing = Math.Min(heads.Length, _takenFromRing);
        _next -= (ushort)ofRing;
        _leftAt -= heads.Length - ofRing;
        _takenFromRing = 0;

        // From the last on: whenever we are killed, those that are marked are the first that were taken, and the next process goes on behind them. So what
        // came to us marked stays so until it is used: it lies before all of the ring's.
        for (int i = heads.Length - 1; _inflight is not null && i >= heads.Length - ofRing; i--)
        {
            _inflight.GiveBack(heads[i]);
        }
    }

    /// <summary>A chain is done with. The guest sees it after <see cref="Publish"/>.</summary>
    /// <param name="head">What TryTake gave.</param>
    /// <param name="length">Bytes that were written to it.</param>
    public void Use(ushort head, uint length)
    {
        _takenFromRing = 0;
        if (_batch.IsFull)
        {
            // A guest that makes chains available faster than it may: there are no more than this.
            _ = Publish();
        }

        _used++;
        _batch.Add(head, length);
        _inflight?.Use(head);
    }

    /// <summary>What was used is the guest's from now on.</summary>
    /// <returns>The guest wants an interrupt for it.</returns>
    public bool Publish()
    {
        if (_batch.Count == 0)
        {
            return false;
        }

        _batch.Write(_places, _used, _mask);
        _places.SetUsedIndex(_used);
        LogUsedRing();
        _inflight?.Publish(_batch.Heads, _used);
        _batch.Clear();
        return _interrupts.IsDue(_places, _used, UsesEventIndex);
    }

    /// <summary>The guest need not kick: we look by ourselves.</summary>
    public void StopKicks()
    {
        // With event indexes, the one that is there lies behind, and no kick comes for it.
        if (!UsesEventIndex && _places.IsKnown)
        {
            _places.SetKickUnwanted(isUnwanted: true);
            LogUsedRing();
        }
    }

    /// <summary>The guest is to kick for the next chain that it makes available.</summary>
    /// <returns>True when some have come meanwhile: no kick may come for them.</returns>
    public bool AskForKick()
    {
        if (!_places.IsKnown)
        {
            return false;
        }

        // What the last look has seen, and not what is there now: a chain that came meanwhile has had no kick.
        ushort seen = _available;
        if (UsesEventIndex)
        {
            _places.SetAvailableEvent(seen);
        }
        else
        {
            _places.SetKickUnwanted(isUnwanted: false);
        }

        LogUsedRing();

        // The guest writes its index and then looks whether we want a kick; we ask and then look at its index.
        Interlocked.MemoryBarrier();
        return _places.AvailableIndex != seen || _leftAt < _left.Length;
    }

    /// <summary>A chain that is likely to be taken soon.</summary>
    private void Foresee(ushort index)
    {
        if ((short)(_available - index) > 0 && _places.Head(index & _mask) is var head && head < _size)
        {
            _reader.Foresee(_places.Descriptors, head);
        }
    }

    private bool TryLook()
    {
        if (!_places.IsKnown)
        {
            return false;
        }

        ushort available = _places.AvailableIndex;
        // What is taken and not used is not the guest's: it counts, or one frame could have more chains than there are.
        if ((ushort)(available - _used) > _size)
        {
            Fault = RingFault.AvailableIndex;
            return false;
        }

        _available = available;
        return available != _next;
    }

    private void LogUsedRing()
    {
        if (_addresses.IsLogged)
        {
            Log?.Mark(_addresses.Log, _places.UsedBytes);
        }
    }
}
