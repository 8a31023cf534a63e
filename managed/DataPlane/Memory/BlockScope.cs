// SPDX-License-Identifier: GPL-2.0-or-later
//
// A session is put together by a dozen constructors, each of which may find no memory when others have theirs already. What
// has been made until then belongs to objects that nobody holds. So the blocks are remembered while a session opens, and
// freed all together when it does not come to its end.

using System;

namespace L2tpv3.DataPlane.Memory;

/// <summary>Frees the blocks that this thread makes in it, unless they are kept.</summary>
internal ref struct BlockScope : IDisposable
{
    [ThreadStatic]
    private static bool s_isOpen;

    [ThreadStatic]
    private static NativeBlock? s_last;

    [ThreadStatic]
    private static int s_living;

    [ThreadStatic]
    private static long s_livingBytes;

    /// <summary>For tests: called before this thread makes a block, and may throw as the end of memory does.</summary>
    [ThreadStatic]
    internal static Action? OnMaking;

    /// <summary>For tests: blocks made on this thread less those freed on it.</summary>
    internal static int Living => s_living;

    /// <summary>For tests: their bytes.</summary>
    internal static long LivingBytes => s_livingBytes;

    /// <summary>Begins to remember.</summary>
    public static BlockScope Begin()
    {
        s_last = null;
        s_isOpen = true;
        return default;
    }

    /// <summary>All has come to its end: the blocks belong to their owners.</summary>
    public static void Keep()
    {
        while (s_last is { } block)
        {
            s_last = block.Previous;
            block.Previous = null;
        }
    }

    /// <summary>Frees what was not kept.</summary>
    public readonly void Dispose()
    {
        s_isOpen = false;
        while (s_last is { } block)
        {
            s_last = block.Previous;
            block.Dispose();
        }
    }

    /// <summary>A block is about to be made.</summary>
    internal static void Making() => OnMaking?.Invoke();

    /// <summary>A block has been made.</summary>
    internal static void Made(NativeBlock block)
    {
        s_living++;
        s_livingBytes += block.Size;
        if (s_isOpen)
        {
            block.Previous = s_last;
            s_last = block;
        }
    }

    /// <summary>A block is freed.</summary>
    internal static void Freed(NativeBlock block)
    {
        s_living--;
        s_livingBytes -= block.Size;
    }
}
