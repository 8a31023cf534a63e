// SPDX-License-Identifier: GPL-2.0-or-later
//
// The slots of a SequenceWindow's frames. A slot is free, reserved for a frame, that of a number within the window, or lent
// to the caller, who delivers its frame:
//
//     free --Reserve--> reserved --Put--> held --Take--> lent --Release--> free
//
// Two slots more than the window has numbers: for the frame that is none of the window's, and for the one that is lent.

using System;
using System.Numerics;

namespace L2tpv3.Packets.L2tp;

/// <summary>Which slot has the frame of which number.</summary>
internal sealed class SequenceSlots
{
    /// <summary>No slot.</summary>
    public const int None = -1;

    private const int ExtraSlots = 2;

    private readonly int[] _ring;
    private readonly int[] _free;
    private int _freeCount;
    private int _lent;

    /// <summary>As many slots as a window needs, all free.</summary>
    /// <param name="size">The numbers of the window; 0: no slots.</param>
    public SequenceSlots(int size)
    {
        // A power of two, so that neighbours stay neighbours where the numbers wrap.
        _ring = new int[size == 0 ? 0 : BitOperations.RoundUpToPowerOf2((uint)size)];
        _free = new int[size == 0 ? 0 : size + ExtraSlots];
        Clear();
    }

    /// <summary>All of them.</summary>
    public int Total => _free.Length;

    /// <summary>Those of numbers within the window.</summary>
    public int Held { get; private set; }

    /// <summary>Makes all of them free.</summary>
    public void Clear()
    {
        _ring.AsSpan().Fill(None);
        for (int i = 0; i < _free.Length; i++)
        {
            _free[i] = i;
        }

        _freeCount = _free.Length;
        _lent = None;
        Held = 0;
    }

    /// <summary>Whether there is a frame of this number, which is one of the window's. Not asked of a window of size 0.</summary>
    public bool Holds(uint number) => _ring[Place(number)] != None;

    /// <summary>Takes a free slot. The frame that was lent has been delivered by then.</summary>
    public int Reserve()
    {
        Release();
        return _free[--_freeCount];
    }

    /// <summary>The frame of a number is in this slot.</summary>
    public void Put(uint number, int slot)
    {
        _ring[Place(number)] = slot;
        Held++;
    }

    /// <summary>Lends the slot of a number, until <see cref="Release"/>.</summary>
    public int Take(uint number)
    {
        ref int place = ref _ring[Place(number)];
        _lent = place;
        place = None;
        Held--;
        return _lent;
    }

    /// <summary>Lends one of the slots, all of which are free.</summary>
    public void LendFree(int slot)
    {
        _free[slot] = _free[--_freeCount];
        _lent = slot;
    }

    /// <summary>What was lent is free again.</summary>
    public void Release()
    {
        if (_lent != None)
        {
            _free[_freeCount++] = _lent;
            _lent = None;
        }
    }

    private int Place(uint number) => (int)(number % (uint)_ring.Length);
}
