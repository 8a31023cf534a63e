// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.CompilerServices;

namespace L2tpv3.Statistics;

/// <summary>A counter for each DropReason, by its number, with room for more of them.</summary>
[InlineArray(Capacity)]
public struct DropTable
{
    /// <summary>Places; at least DropReasons.Count.</summary>
    public const int Capacity = 64;

    private DropCounter _first;
}
