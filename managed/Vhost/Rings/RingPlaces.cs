// SPDX-License-Identifier: GPL-2.0-or-later
//
// The three parts of a split virtqueue (virtio 1.2, 2.7), little-endian, of which our memory has each in one piece:
//
//     descriptors   size x { addr 8, len 4, flags 2, next 2 }
//     available     flags 2, idx 2, size x head 2, used_event 2
//     used          flags 2, idx 2, size x { id 4, len 4 }, avail_event 2

using System.Runtime.InteropServices;
using System.Threading;
using L2tpv3.Vhost.GuestMemory;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.Rings;

/// <summary>Where a ring lies in our memory.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly unsafe struct RingPlaces
{
    private const int IndexOffset = 2;
    private const int EntriesOffset = 4;

    private readonly byte* _available;
    private readonly byte* _used;
    private readonly uint _size;

    private RingPlaces(byte* descriptors, byte* available, byte* used, uint size)
    {
        Descriptors = descriptors;
        _available = available;
        _used = used;
        _size = size;
    }

    /// <summary>The ring is somewhere.</summary>
    public bool IsKnown => Descriptors != null;

    /// <summary>The descriptor table.</summary>
    public byte* Descriptors { get; }

    /// <summary>Bytes of the used ring.</summary>
    public ulong UsedBytes => UsedSize(_size);

    /// <summary>idx of the available ring: what the guest wrote in front of it is there, too.</summary>
    // SAFETY: as all accesses below: Find has seen that the memory has the whole ring, entry is below its size, and all fields
    // are aligned.
    public ushort AvailableIndex => Volatile.Read(ref *(ushort*)(_available + IndexOffset));

    /// <summary>The guest wants no interrupts (without event indexes).</summary>
    public bool IsInterruptUnwanted => (Volatile.Read(ref *(ushort*)_available) & VhostConstants.VRING_AVAIL_F_NO_INTERRUPT) != 0;

    /// <summary>used_event: the guest wants an interrupt when this entry is used.</summary>
    public ushort UsedEvent => Volatile.Read(ref *(ushort*)(_available + EntriesOffset + (_size * sizeof(ushort))));

    /// <summary>idx of the used ring.</summary>
    public ushort UsedIndex => Volatile.Read(ref *(ushort*)(_used + IndexOffset));

    /// <summary>Finds the three parts.</summary>
    /// <param name="memory">Where.</param>
    /// <param name="addresses">At which user addresses.</param>
    /// <param name="size">How many entries the ring has.</param>
    /// <returns>Unknown when the memory does not have all of them, each in one region and aligned.</returns>
    public static RingPlaces Find(MemoryTable memory, RingAddresses addresses, uint size)
    {
        byte* descriptors = memory.FindUser(addresses.Descriptors, size * (ulong)sizeof(vring_desc));
        byte* available = memory.FindUser(addresses.Available, EntriesOffset + ((size + 1) * sizeof(ushort)));
        byte* used = memory.FindUser(addresses.Used, UsedSize(size));
        bool isAligned = (((nuint)descriptors % VhostConstants.VRING_DESC_ALIGN_SIZE)
            | ((nuint)available % VhostConstants.VRING_AVAIL_ALIGN_SIZE)
            | ((nuint)used % VhostConstants.VRING_USED_ALIGN_SIZE)) == 0;
        bool isKnown = size != 0 && descriptors != null && available != null && used != null && isAligned;
        return isKnown ? new RingPlaces(descriptors, available, used, size) : default;
    }

    /// <summary>A head of the available ring, any number.</summary>
    public ushort Head(uint entry) => Volatile.Read(ref *(ushort*)(_available + EntriesOffset + (entry * sizeof(ushort))));

    /// <summary>Writes an entry of the used ring. Nobody reads it before <see cref="SetUsedIndex"/>.</summary>
    public void SetUsed(uint entry, uint head, uint length) =>
        *(ulong*)(_used + EntriesOffset + (entry * sizeof(vring_used_elem))) = head | ((ulong)length << 32);

    /// <summary>Writes idx of the used ring: the entries in front of it are the guest's.</summary>
    public void SetUsedIndex(ushort index) => Volatile.Write(ref *(ushort*)(_used + IndexOffset), index);

    /// <summary>The guest need not kick, or must again (without event indexes).</summary>
    public void SetKickUnwanted(bool isUnwanted) => Volatile.Write(ref *(ushort*)_used, (ushort)(isUnwanted ? VhostConstants.VRING_USED_F_NO_NOTIFY : 0));

    /// <summary>avail_event: the guest kicks when it makes this entry available.</summary>
    public void SetAvailableEvent(ushort index) =>
        Volatile.Write(ref *(ushort*)(_used + EntriesOffset + (_size * sizeof(vring_used_elem))), index);

    private static ulong UsedSize(uint size) => EntriesOffset + (size * (ulong)sizeof(vring_used_elem)) + sizeof(ushort);
}
