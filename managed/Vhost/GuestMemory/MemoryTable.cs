// SPDX-License-Identifier: GPL-2.0-or-later
//
// The guest's memory, region by region. Descriptors name guest addresses, and every byte that is read or written for the guest is found here.
// So the look-up is on the path of frames: the region that was found last is tried first, then the sorted list is halved.

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.Vhost.GuestMemory;

/// <summary>All regions of one front-end.</summary>
internal sealed unsafe class MemoryTable : IDisposable
{
    /// <summary>What GET_MAX_MEM_SLOTS answers: as many as QEMU gives an x86 machine for memory devices (256), and its own.</summary>
    public const int MaximumRegions = 264;

    private MemoryRegion[] _regions = [];
    private Entry[] _entries = [default];
    private int _last;

    /// <summary>How many regions there are.</summary>
    public int Count => _regions.Length;

    /// <summary>The file of some region was cut off.</summary>
    public bool IsLost => Array.Exists(_regions, region => region.IsLost);

    /// <summary>Puts a region into the table.</summary>
    /// <param name="region">The table's from now on, unless there is a reason.</param>
    /// <returns>Why not; null: it is there.</returns>
    public string? Add(MemoryRegion region)
    {
        if (!region.IsSound)
        {
            return "a memory region runs over the end of all addresses";
        }

        if (_regions.Length == MaximumRegions)
        {
            return $"more than {MaximumRegions} memory regions";
        }

        if (Array.Exists(_regions, region.Overlaps))
        {
            return "two memory regions overlap";
        }

        Set([.. _regions, region]);
        return null;
    }

    /// <summary>Takes a region out of the table and unmaps it.</summary>
    /// <returns>False when there is none like it.</returns>
    public bool Remove(ulong guestAddress, ulong userAddress, ulong size)
    {
        int index = Array.FindIndex(_regions, region => region.GuestAddress == guestAddress && region.UserAddress == userAddress && region.Size == size);
        if (index < 0)
        {
            return false;
        }

        MemoryRegion removed = _regions[index];
        Set([.. _regions[..index], .. _regions[(index + 1)..]]);
        removed.Dispose();
        return true;
    }

    /// <summary>The bytes at a guest address.</summary>
    /// <param name="address">The guest's address.</param>
    /// <param name="length">How many of its region follow from there.</param>
    /// <returns>The first one; null when no region has this address.</returns>
    public byte* Find(ulong address, out ulong length)
    {
        ref readonly Entry entry = ref _entries[_last];
        ulong offset = address - entry.GuestAddress;
        if (offset < entry.Size)
        {
            length = entry.Size - offset;
            return entry.Start + offset;
        }

        return Search(address, out length);
    }

    /// <summary>The bytes at a user address, all of one region.</summary>
    /// <returns>The first one; null when no region has all of them.</returns>
    public byte* FindUser(ulong address, ulong length)
    {
        foreach (MemoryRegion region in _regions)
        {
            ulong offset = address - region.UserAddress;
            if (offset < region.Size && length <= region.Size - offset)
            {
                return region.Start + offset;
            }
        }

        return null;
    }

    public void Dispose()
    {
        MemoryRegion[] all = _regions;
        Set([]);
        foreach (MemoryRegion region in all)
        {
            region.Dispose();
        }
    }

    private byte* Search(ulong address, out ulong length)
    {
        int low = 0;
        int high = _entries.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            bool isAbove = _entries[middle].GuestAddress <= address;
            low = isAbove ? middle : low;
            high = isAbove ? high : middle - 1;
        }

        ref readonly Entry entry = ref _entries[low];
        ulong offset = address - entry.GuestAddress;
        if (offset >= entry.Size)
        {
            length = 0;
            return null;
        }

        _last = low;
        length = entry.Size - offset;
        return entry.Start + offset;
    }

    /// <summary>An entry of size 0 has no address, so an empty table needs no case of its own.</summary>
    private void Set(MemoryRegion[] regions)
    {
        Array.Sort(regions, (one, other) => one.GuestAddress.CompareTo(other.GuestAddress));
        _regions = regions;
        _entries = regions.Length == 0 ? [default] : Array.ConvertAll(regions, region => new Entry(region.GuestAddress, region.Size, region.Start));
        _last = 0;
    }

    [StructLayout(LayoutKind.Auto)]
    private readonly struct Entry(ulong guestAddress, ulong size, byte* start)
    {
        public readonly ulong GuestAddress = guestAddress;
        public readonly ulong Size = size;
        public readonly byte* Start = start;
    }
}
