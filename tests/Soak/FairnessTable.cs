// SPDX-License-Identifier: GPL-2.0-or-later
using System;
using TestKit;

namespace Soak;

/// <summary>The table of fairness.</summary>
public sealed class FairnessTable : IDisposable
{
    /// <summary>The table.</summary>
    public FaultTable Table { get; } = new("fairness", "direction", "tunnels", "frames of the least", "of the most", "most / least");

    /// <inheritdoc/>
    public void Dispose() => Table.Dispose();
}
