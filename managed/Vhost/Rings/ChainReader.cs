// SPDX-License-Identifier: GPL-2.0-or-later
//
// A descriptor chain (virtio 1.2, 2.7.5): descriptors of the queue's table, each with the index of the next one. The last may name an
// indirect table elsewhere in the guest's memory, whose chain follows (2.7.5.3).
//
// The guest may change all of it while it is read. So each descriptor is read once, as two words of eight bytes, and judged by that copy.
// A chain has at most as many descriptors as its table, so reading ends whatever the guest writes.

using System;
using System.Threading;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Rings;

/// <summary>Reads the chains of one queue.</summary>
internal sealed unsafe class ChainReader
{
    private readonly MemoryTable _memory;
    private readonly uint _direction;

    /// <summary>Makes a reader.</summary>
    /// <param name="memory">The guest's memory.</param>
    /// <param name="isWritten">All descriptors are for us to write to: the receive queue. Else none is.</param>
    public ChainReader(MemoryTable memory, bool isWritten)
    {
        _memory = memory;
        _direction = isWritten ? (uint)VhostConstants.VRING_DESC_F_WRITE : 0;
    }

    /// <summary>VIRTIO_F_INDIRECT_DESC is negotiated.</summary>
    public bool TakesIndirect { get; set; }

    /// <summary>Adds the pieces of a chain.</summary>
    /// <param name="table">The queue's descriptors.</param>
    /// <param name="size">How many it has.</param>
    /// <param name="head">The index of the first one.</param>
    /// <param name="chain">Where they are added. After a fault, some may have been.</param>
    public RingFault Append(byte* table, uint size, uint head, Chain chain)
    {
        uint index = head;
        uint left = size;
        bool isIndirect = false;
        while (true)
        {
            if (index >= size)
            {
                return RingFault.DescriptorIndex;
            }

            if (left-- == 0)
            {
                return RingFault.Loop;
            }

            // SAFETY: index is below size, and whoever gave the table has checked that it has so many descriptors.
            ulong* descriptor = (ulong*)(table + (index * (nuint)sizeof(vring_desc)));
            ulong address = Volatile.Read(ref descriptor[0]);
            Rest rest = new(Volatile.Read(ref descriptor[1]));
            if (rest.Has(VhostConstants.VRING_DESC_F_INDIRECT))
            {
                RingFault refusal = CheckIndirect(rest, isIndirect);
                table = refusal == RingFault.None ? _memory.Find(address, out ulong room) is var found && room >= rest.Length ? found : null : null;
                if (table == null)
                {
                    return refusal == RingFault.None ? RingFault.IndirectTable : refusal;
                }

                isIndirect = true;
                size = rest.Length / (uint)sizeof(vring_desc);
                left = size;
                index = 0;
                continue;
            }

            RingFault fault = AppendPieces(address, rest, chain);
            if (fault != RingFault.None || !rest.Has(VhostConstants.VRING_DESC_F_NEXT))
            {
                return fault;
            }

            index = rest.Next;
        }
    }

    /// <summary>The first buffer of a chain will be written soon. Only a hint: it is checked when the chain is taken.</summary>
    /// <param name="table">The queue's descriptors.</param>
    /// <param name="head">The index of the first one, below their number.</param>
    public void Foresee(byte* table, uint head)
    {
        // SAFETY: as in Append.
        ulong* descriptor = (ulong*)(table + (head * (nuint)sizeof(vring_desc)));
        byte* start = _memory.Find(Volatile.Read(ref descriptor[0]), out _);
        if (start != null)
        {
            Cache.ExpectWrite(start);
        }
    }

    private RingFault CheckIndirect(Rest rest, bool isIndirect)
    {
        if (isIndirect)
        {
            return RingFault.IndirectInIndirect;
        }

        if (!TakesIndirect)
        {
            return RingFault.IndirectUnasked;
        }

        if (rest.Has(VhostConstants.VRING_DESC_F_NEXT))
        {
            return RingFault.IndirectWithNext;
        }

        uint count = rest.Length / (uint)sizeof(vring_desc);
        bool isWhole = rest.Length % (uint)sizeof(vring_desc) == 0;
        return isWhole && count is > 0 and <= Chain.MaximumPieces ? RingFault.None : RingFault.IndirectTable;
    }

    /// <summary>One descriptor is one piece, or more where regions meet.</summary>
    private RingFault AppendPieces(ulong address, Rest rest, Chain chain)
    {
        if ((rest.Flags & VhostConstants.VRING_DESC_F_WRITE) != _direction)
        {
            return RingFault.Direction;
        }

        ulong left = rest.Length;
        if (left == 0)
        {
            return RingFault.ZeroLength;
        }

        while (left != 0)
        {
            byte* start = _memory.Find(address, out ulong room);
            if (start == null)
            {
                return RingFault.Address;
            }

            ulong length = Math.Min(left, room);
            if (!chain.TryAdd(start, length, address))
            {
                return RingFault.TooLong;
            }

            address += length;
            left -= length;
        }

        return RingFault.None;
    }

    /// <summary>The second word of a descriptor: len, flags, next.</summary>
    private readonly struct Rest(ulong word)
    {
        public uint Length => (uint)word;

        public uint Flags => (ushort)(word >> 32);

        public uint Next => (ushort)(word >> 48);

        public bool Has(int flag) => (Flags & (uint)flag) != 0;
    }
}
