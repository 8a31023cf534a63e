// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;
using System.Linq;

namespace L2tpv3.Interop.Model;

/// <summary>A C type as it is used: of a field, a constant, a parameter, a result.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Spelling">As the header has it.</param>
/// <param name="Size">In bytes; 0: none, as void and functions have none.</param>
internal sealed record CType(CTypeKind Kind, string Spelling, int Size)
{
    /// <summary>In bytes.</summary>
    public int Alignment { get; init; } = 1;

    /// <summary>An integer's sign.</summary>
    public bool IsSigned { get; init; }

    /// <summary>The outermost typedef, or a record's own name; empty: neither.</summary>
    public string Name { get; init; } = string.Empty;

    /// <summary>The type pointed to, the element of an array, or the result of a function.</summary>
    public CType? Element { get; init; }

    /// <summary>Elements of an array; 0: a flexible one.</summary>
    public int Count { get; init; }

    /// <summary>Of a function.</summary>
    public IReadOnlyList<CType> Parameters { get; init; } = [];

    /// <summary>The spelling, but for a function behind a typedef, or a pointer to it: what it takes and gives.</summary>
    public string Signature => this switch
    {
        { Kind: CTypeKind.Function, Element: { } result } => $"{result.Spelling} ({string.Join(", ", Parameters.Select(parameter => parameter.Spelling))})",
        { Kind: CTypeKind.Pointer, Element: { Kind: CTypeKind.Function } function } => function.Signature,
        _ => Spelling,
    };
}
