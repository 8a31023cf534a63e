// SPDX-License-Identifier: GPL-2.0-or-later

using System;

namespace L2tpv3.DataPlane.Memory;

/// <summary>
/// Garbage collections that frames have caused, which is none: no frame allocates. Opening and closing a netdev
/// and asking for its properties do allocate, so collections in these calls do not count.
/// </summary>
internal static class UnexpectedCollections
{
    private static int s_expected;

    /// <summary>How many there were that nobody expects.</summary>
    public static int Unexpected => GC.CollectionCount(0) - s_expected;

    /// <summary>A call begins that may allocate. Such calls are not nested.</summary>
    public static int Begin() => Unexpected;

    /// <summary>It is over.</summary>
    /// <param name="before">What <see cref="Begin"/> gave.</param>
    public static void End(int before) => s_expected += Unexpected - before;
}
