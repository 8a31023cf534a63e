// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// A block of native memory: allocated once with a session, never moved, unknown to the garbage collector. The
/// kernel may write to it while no managed reference is held.
/// </summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    /// <summary>x86-64 cache line.</summary>
    public const int CacheLine = 64;

    /// <summary>Allocates whole cache lines. Pages are touched only by use, so a large block costs little until then.</summary>
    /// <param name="size">Bytes.</param>
    public NativeBlock(int size)
    {
        Size = size;
        // SAFETY: freed once, in Dispose; the owner outlives every pointer it takes from Start. Not cleared: that would
        // make every page resident.
        Start = (byte*)NativeMemory.AlignedAlloc((nuint)size, CacheLine);
    }

    /// <summary>The first byte.</summary>
    public byte* Start { get; private set; }

    public int Size { get; }

    /// <summary>Sets every byte to 0.</summary>
    // SAFETY: the block has Size bytes from Start on until Dispose.
    public void Clear() => new Span<byte>(Start, Size).Clear();

    public void Dispose()
    {
        NativeMemory.AlignedFree(Start);
        Start = null;
    }
}
