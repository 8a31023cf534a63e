// SPDX-License-Identifier: GPL-2.0-or-later
//
// Chains that are done with and not yet the guest's. Their entries of the used ring are written all at once, when they are published: the guest
// reads that ring on another processor, and a write to it between two frames would hold up all that is written behind it.

using System;

namespace L2tpv3.Vhost.Rings;

/// <summary>What one <see cref="SplitQueue.Publish"/> gives the guest.</summary>
internal sealed class UsedBatch
{
    private ushort[] _heads = [];
    private uint[] _lengths = [];

    /// <summary>How many chains there are.</summary>
    public int Count { get; private set; }

    /// <summary>There are as many as the ring has entries.</summary>
    public bool IsFull => Count == _heads.Length;

    /// <summary>Their heads, in the order in which they were used.</summary>
    public ReadOnlySpan<ushort> Heads => _heads.AsSpan(0, Count);

    /// <summary>An empty batch for a ring of so many entries.</summary>
    public void Begin(uint size)
    {
        Clear();
        if (_heads.Length != size)
        {
            _heads = new ushort[size];
            _lengths = new uint[size];
        }
    }

    /// <summary>Adds a chain. The batch is not full.</summary>
    public void Add(ushort head, uint length)
    {
        _heads[Count] = head;
        _lengths[Count++] = length;
    }

    /// <summary>Writes their entries.</summary>
    /// <param name="places">Where the ring is.</param>
    /// <param name="end">The ring's index behind the last of them.</param>
    /// <param name="mask">The ring's size less 1.</param>
    public void Write(in RingPlaces places, ushort end, uint mask)
    {
        uint index = end - (uint)Count;
        for (int i = 0; i < Count; i++)
        {
            places.SetUsed(index++ & mask, _heads[i], _lengths[i]);
        }
    }

    /// <summary>They are published.</summary>
    public void Clear() => Count = 0;
}
