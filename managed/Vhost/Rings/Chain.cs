// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using L2tpv3.DataPlane.Interop;
using L2tpv3.DataPlane.Memory;

namespace L2tpv3.Vhost.Rings;

/// <summary>
/// The bytes of one or more descriptor chains, piece by piece, as our own memory has them. Valid until the memory table changes, which it
/// does between two turns only.
/// </summary>
internal sealed unsafe class Chain : IDisposable
{
    /// <summary>What QEMU takes of one request (VIRTQUEUE_MAX_SIZE).</summary>
    public const int MaximumPieces = 1024;

    private readonly NativeBlock _pieces = new(MaximumPieces * sizeof(iovec));
    private readonly NativeBlock _addresses = new(MaximumPieces * sizeof(ulong));

    /// <summary>The pieces.</summary>
    public iovec* Pieces => (iovec*)_pieces.Start;

    /// <summary>Where the guest sees each of them.</summary>
    public ulong* Addresses => (ulong*)_addresses.Start;

    /// <summary>How many pieces there are.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of all of them: at most 1024 times 4 GiB.</summary>
    public ulong Bytes { get; private set; }

    /// <summary>Another chain would not have fitted.</summary>
    public bool IsFull { get; set; }

    /// <summary>Begins anew.</summary>
    public void Clear()
    {
        IsFull = false;
        Count = 0;
        Bytes = 0;
    }

    /// <summary>Forgets the pieces that were added last.</summary>
    /// <param name="count">So many stay.</param>
    /// <param name="bytes">Their bytes.</param>
    public void Rewind(int count, ulong bytes)
    {
        Count = count;
        Bytes = bytes;
    }

    /// <summary>Adds a piece.</summary>
    /// <returns>False when there is no room.</returns>
    public bool TryAdd(byte* start, ulong length, ulong address)
    {
        if (Count == MaximumPieces)
        {
            return false;
        }

        // SAFETY: Count is below what both blocks hold.
        Pieces[Count] = new iovec { iov_base = start, iov_len = (nuint)length };
        Addresses[Count] = address;
        Count++;
        Bytes += length;
        return true;
    }

    public void Dispose()
    {
        _pieces.Dispose();
        _addresses.Dispose();
    }
}
