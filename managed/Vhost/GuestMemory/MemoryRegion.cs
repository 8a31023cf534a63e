// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.GuestMemory;

/// <summary>
/// A region of the guest's memory. It has two addresses: the guest's own (guest-physical), which its descriptors use, and the
/// front-end's (user address), which the front-end uses for the rings.
/// </summary>
internal sealed unsafe class MemoryRegion : IDisposable
{
    private readonly Mapping? _mapping;

    /// <summary>A region that is part of a file.</summary>
    /// <param name="guestAddress">Where the guest sees it.</param>
    /// <param name="userAddress">Where the front-end sees it.</param>
    /// <param name="mapping">Where we see it; the region's from now on.</param>
    public MemoryRegion(ulong guestAddress, ulong userAddress, Mapping mapping)
        : this(guestAddress, userAddress, mapping.Start, mapping.Size)
    {
        _mapping = mapping;
    }

    /// <summary>A region that lies in memory already, and outlives this.</summary>
    /// <param name="guestAddress">Where the guest sees it.</param>
    /// <param name="userAddress">Where the front-end sees it.</param>
    /// <param name="start">Where we see it.</param>
    /// <param name="size">Bytes.</param>
    public MemoryRegion(ulong guestAddress, ulong userAddress, byte* start, ulong size)
    {
        GuestAddress = guestAddress;
        UserAddress = userAddress;
        Start = start;
        Size = size;
    }

    public ulong GuestAddress { get; }

    public ulong UserAddress { get; }

    public ulong Size { get; }

    public byte* Start { get; }

    /// <summary>Its file was cut off.</summary>
    public bool IsLost => _mapping?.IsLost == true;

    /// <summary>The addresses do not run over the end of all addresses.</summary>
    public bool IsSound => Size != 0 && GuestAddress + (Size - 1) >= GuestAddress && UserAddress + (Size - 1) >= UserAddress;

    /// <summary>Both have some address in common, of the guest's or of the front-end's.</summary>
    public bool Overlaps(MemoryRegion other) =>
        Overlap(GuestAddress, Size, other.GuestAddress, other.Size) || Overlap(UserAddress, Size, other.UserAddress, other.Size);

    public void Dispose() => _mapping?.Dispose();

    private static bool Overlap(ulong first, ulong firstSize, ulong second, ulong secondSize) =>
        first >= second ? first - second < secondSize : second - first < firstSize;
}
