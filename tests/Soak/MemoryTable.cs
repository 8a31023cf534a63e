// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using TestKit;

namespace Soak;

/// <summary>The table of memory.</summary>
public sealed class MemoryTable : IDisposable
{
    /// <summary>The table.</summary>
    public FaultTable Table { get; } = new("memory", "backend", "netdevs", "what happened", "RSS before, KiB", "after", "RSS per netdev, KiB", "address space per netdev, KiB");

    /// <inheritdoc/>
    public void Dispose() => Table.Dispose();
}
