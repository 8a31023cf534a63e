// SPDX-License-Identifier: GPL-2.0-or-later
//
// While a VM migrates, the front-end must know which pages we write (vhost-user, "Migration"). It gives us a bitmap, a bit for each page of
// 4 KiB from guest address 0 on, and clears bits while we set them. So bits are set one word at a time, atomically, after the bytes of the page
// are written.

using System;
using System.Threading;
using L2tpv3.Vhost.Interop;

namespace L2tpv3.Vhost.GuestMemory;

/// <summary>The bitmap of dirty pages.</summary>
internal sealed unsafe class DirtyLog : IDisposable
{
    private const int PageShift = 12;
    private const int BitsPerWord = 32;

    private readonly Mapping _mapping;
    private readonly ulong _pages;

    /// <summary>Takes a bitmap over.</summary>
    /// <param name="mapping">Its memory; the log's from now on. Words that reach over its end count for nothing.</param>
    public DirtyLog(Mapping mapping)
    {
        _mapping = mapping;
        _pages = mapping.Size / sizeof(uint) * BitsPerWord;
    }

    public bool IsLost => _mapping.IsLost;

    /// <summary>Bytes have been written. What lies beyond the bitmap is nobody's concern.</summary>
    /// <param name="address">The guest's address.</param>
    /// <param name="length">How many.</param>
    public void Mark(ulong address, ulong length)
    {
        if (length == 0 || _pages == 0)
        {
            return;
        }

        ulong last = Math.Min((address + (length - 1)) >> PageShift, _pages - 1);
        for (ulong page = address >> PageShift; page <= last; page++)
        {
            // SAFETY: page is below _pages, which the mapping has bits for. Words begin at multiples of four bytes of a mapping
            // whose start is one, or else x86-64 is atomic all the same.
            uint* word = (uint*)_mapping.Start + (page / BitsPerWord);
            uint bit = 1u << (int)(page % BitsPerWord);
            // Also a bit that is set: without the fence, the front-end may clear it after our look and read the page before our write is there.
            _ = Interlocked.Or(ref *word, bit);
        }
    }

    public void Dispose() => _mapping.Dispose();
}
