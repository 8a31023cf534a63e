// SPDX-License-Identifier: GPL-2.0-or-later
//
// What a queue has taken and not yet used, in memory that the front-end keeps while we are restarted (vhost-user, "Inflight I/O tracking"):
//
//     region   features 8, version 2, desc_num 2, last_batch_head 2, used_idx 2, then desc_num times
//     entry    inflight 1, padding 5, next 2, counter 8
//
// A head's entry is marked when it is taken. When a batch is used, its heads are put on a list, then the used ring's idx goes up, then the marks go,
// then used_idx follows. Whatever moment we are killed at, the next process knows from used_idx whether the last batch was the guest's already.
//
// The memory belongs to the front-end, too, so every number in it is checked.

using System;
using System.Threading;

namespace L2tpv3.Vhost.Rings;

/// <summary>The region of one queue.</summary>
internal sealed unsafe class InflightRegion
{
    private const int HeaderSize = 16;
    private const int EntrySize = 16;
    private const int VersionOffset = 8;
    private const int SizeOffset = 10;
    private const int LastHeadOffset = 12;
    private const int UsedIndexOffset = 14;
    private const int NextOffset = 6;
    private const int CounterOffset = 8;
    private const ushort Version = 1;

    private readonly byte* _start;
    private readonly uint _size;
    private ulong _counter;

    /// <summary>A view of the region.</summary>
    /// <param name="start">Its first byte; it has <see cref="BytesFor"/> of size.</param>
    /// <param name="size">Entries of the queue.</param>
    public InflightRegion(byte* start, uint size)
    {
        _start = start;
        _size = size;
    }

    /// <summary>Bytes of a region, with what keeps the next one on a cache line of its own.</summary>
    public static ulong BytesFor(uint size) => (HeaderSize + (size * (ulong)EntrySize) + 63) & ~63UL;

    /// <summary>A new process, or a new connection, goes on with a queue.</summary>
    /// <param name="usedIndex">idx of the used ring.</param>
    /// <returns>The heads that were taken and not used, in the order in which they were taken.</returns>
    public ushort[] Begin(ushort usedIndex)
    {
        if (Field(VersionOffset) != Version || Field(SizeOffset) != _size)
        {
            new Span<byte>(_start, (int)(HeaderSize + (_size * EntrySize))).Clear(); // SAFETY: the region has as many bytes.
            Field(SizeOffset) = (ushort)_size;
            Field(UsedIndexOffset) = usedIndex;
            Field(VersionOffset) = Version;
            return [];
        }

        FinishLastBatch(usedIndex);
        return Taken();
    }

    /// <summary>A chain is taken.</summary>
    /// <param name="head">Below the queue's size.</param>
    public void Take(uint head)
    {
        Counter(head) = _counter++;
        Volatile.Write(ref Mark(head), 1);
    }

    /// <summary>It is given back: it will be taken again.</summary>
    public void GiveBack(uint head) => Volatile.Write(ref Mark(head), 0);

    /// <summary>A chain is about to be used, as one of a batch.</summary>
    public void Use(uint head)
    {
        Next(head) = Field(LastHeadOffset);
        Volatile.Write(ref Field(LastHeadOffset), (ushort)head);
    }

    /// <summary>The used ring's idx has gone up: a batch is the guest's.</summary>
    /// <param name="heads">Its heads.</param>
    /// <param name="usedIndex">The used ring's idx.</param>
    public void Publish(ReadOnlySpan<ushort> heads, ushort usedIndex)
    {
        foreach (ushort head in heads)
        {
            Volatile.Write(ref Mark(head), 0);
        }

        Volatile.Write(ref Field(UsedIndexOffset), usedIndex);
    }

    private void FinishLastBatch(ushort usedIndex)
    {
        uint head = Field(LastHeadOffset);
        int count = Math.Min((ushort)(usedIndex - Field(UsedIndexOffset)), (int)_size);
        for (int i = 0; i < count && head < _size; i++)
        {
            Mark(head) = 0;
            head = Next(head);
        }

        Field(UsedIndexOffset) = usedIndex;
    }

    private ushort[] Taken()
    {
        ushort[] heads = new ushort[_size];
        ulong[] order = new ulong[_size];
        int count = 0;
        for (uint head = 0; head < _size; head++)
        {
            if (Volatile.Read(ref Mark(head)) == 1)
            {
                order[count] = Counter(head);
                heads[count++] = (ushort)head;
                _counter = Math.Max(_counter, order[count - 1] + 1);
            }
        }

        Array.Sort(order, heads, 0, count);
        return heads[..count];
    }

    // SAFETY: the region has a header, and an entry for each head below the queue's size; all fields are aligned.
    private ref ushort Field(int offset) => ref *(ushort*)(_start + offset);

    private ref byte Mark(uint head) => ref *(_start + HeaderSize + (head * EntrySize));

    private ref ushort Next(uint head) => ref *(ushort*)(_start + HeaderSize + (head * EntrySize) + NextOffset);

    private ref ulong Counter(uint head) => ref *(ulong*)(_start + HeaderSize + (head * EntrySize) + CounterOffset);
}
