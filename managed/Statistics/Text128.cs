// SPDX-License-Identifier: GPL-2.0-or-later

using System.Runtime.CompilerServices;

namespace L2tpv3.Statistics;

/// <summary>A text of at most 128 bytes; see <see cref="PageText"/>.</summary>
[InlineArray(128)]
public struct Text128
{
    private byte _first;

    /// <inheritdoc/>
    public override readonly string ToString() => PageText.Read(this);
}
