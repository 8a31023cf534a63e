// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Runtime.InteropServices;
using L2tpv3.DataPlane.Errors;
using L2tpv3.DataPlane.Files;
using L2tpv3.DataPlane.Interop;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// A block of native memory: allocated once with a session, never moved, unknown to the garbage collector. The
/// kernel may write to it while no managed reference is held.
/// </summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    /// <summary>x86-64 cache line.</summary>
    public const int CacheLine = 64;

    /// <summary>
    /// From this size on a block is a mapping of its own, which goes back to the system when it is freed. malloc(3) would do so
    /// only until the first one is freed; from then on it keeps blocks of that size for itself (mallopt(3), M_MMAP_THRESHOLD).
    /// </summary>
    public const int MappedFrom = 64 * 1024;

    /// <summary>
    /// Allocates whole cache lines, all zero. Pages are touched only by use, so a large block costs little until then.
    /// What use has touched stays resident for as long as the block lives.
    /// </summary>
    /// <param name="size">Bytes.</param>
    /// <exception cref="OptionException">There is no memory for a large one.</exception>
    /// <exception cref="OutOfMemoryException">There is no memory for a small one.</exception>
    public NativeBlock(int size)
    {
        Size = size;
        BlockScope.Making();
        Start = size >= MappedFrom ? AnonymousMapping.Map(size) : Allocate(size);
        if (Start == null)
        {
            throw new OptionException($"cannot allocate {size} bytes of memory; remove other netdevs, or check the limits of the process", LinuxConstants.ENOMEM);
        }

        BlockScope.Made(this);
    }

    /// <summary>The first byte; null when it is freed.</summary>
    public byte* Start { get; private set; }

    public int Size { get; }

    /// <summary>The block made before this one in the same scope.</summary>
    internal NativeBlock? Previous { get; set; }

    public void Dispose()
    {
        if (Start == null)
        {
            return;
        }

        BlockScope.Freed(this);
        if (Size >= MappedFrom)
        {
            AnonymousMapping.Unmap(Start, Size);
        }
        else
        {
            NativeMemory.AlignedFree(Start);
        }

        Start = null;
    }

    private static byte* Allocate(int size)
    {
        // SAFETY: freed once, in Dispose; the owner outlives every pointer it takes from Start.
        byte* start = (byte*)NativeMemory.AlignedAlloc((nuint)size, CacheLine);
        NativeMemory.Clear(start, (nuint)size);
        return start;
    }
}
