// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.CompilerServices;

namespace L2tpv3.Statistics;

/// <summary>A text of at most 64 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(64)]
public struct Text64
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}
