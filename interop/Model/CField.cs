// SPDX-License-Identifier: GPL-2.0-or-later

namespace L2tpv3.Interop.Model;

/// <summary>A field of a record, or of a nameless record in it: C knows both by one name.</summary>
/// <param name="Name">Its name.</param>
/// <param name="BitOffset">From the start of the outermost record.</param>
/// <param name="Type">Its type.</param>
internal sealed record CField(string Name, int BitOffset, CType Type)
{
    /// <summary>Bits of a bit field; 0: it is none.</summary>
    public int BitWidth { get; init; }

    /// <summary>The record behind a field whose type has no name.</summary>
    public CRecord? Nested { get; init; }

    /// <summary>The byte it begins in.</summary>
    public int Offset => BitOffset / 8;
}
