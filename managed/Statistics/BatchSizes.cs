// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace L2tpv3.Statistics;

/// <summary>Calls by the number of messages they moved: 1, 2-3, 4-7, ... 1024 and more.</summary>
[InlineArray(Count)]
public struct BatchSizes
{
    /// <summary>How many classes there are.</summary>
    public const int Count = 11;

    private ulong _first;

    /// <summary>The class of a number of messages.</summary>
    /// <param name="messages">At least 1.</param>
    public static int ClassOf(int messages) => Math.Min(BitOperations.Log2((uint)messages), Count - 1);

    /// <summary>The least number of messages in a class.</summary>
    public static int LowerBound(int sizeClass) => 1 << sizeClass;
}
