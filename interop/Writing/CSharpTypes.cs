// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Interop.Model;
using L2tpv3.Interop.Reading;

namespace L2tpv3.Interop.Writing;

/// <summary>The C# type for a C type: blittable ones only, so that C# hands over what it computes with.</summary>
internal sealed class CSharpTypes
{
    /// <summary>Integers whose width is the pointer's by their meaning, not by chance.</summary>
    private static readonly Dictionary<string, string> s_native = new(StringComparer.Ordinal)
    {
        ["size_t"] = "nuint",
        ["uintptr_t"] = "nuint",
        ["ssize_t"] = "nint",
        ["intptr_t"] = "nint",
        ["ptrdiff_t"] = "nint",
    };

    private readonly IReadOnlyDictionary<string, string> _chosen;
    private readonly HashSet<string> _records;

    /// <summary>Makes the rules of one list.</summary>
    /// <param name="chosen">Types that the list chooses.</param>
    /// <param name="records">The records that there are in C#; a pointer to another is a void*.</param>
    public CSharpTypes(IReadOnlyDictionary<string, string> chosen, IEnumerable<string> records)
    {
        _chosen = chosen;
        _records = new HashSet<string>(records, StringComparer.Ordinal);
    }

    /// <summary>The type of a field, a parameter, a result.</summary>
    public string Of(CType type)
    {
        if (_chosen.TryGetValue(WithoutQualifiers(type.Spelling), out string? chosen))
        {
            return chosen;
        }

        return type.Kind switch
        {
            CTypeKind.Void => "void",
            CTypeKind.Boolean => "byte",
            CTypeKind.Integer => Integer(type),
            CTypeKind.Float => type.Size == sizeof(float) ? "float" : "double",
            CTypeKind.Pointer => Pointer(type.Element!),
            CTypeKind.Record when _records.Contains(type.Name) => type.Name,
            CTypeKind.Record => throw new HeaderException($"{type.Spelling} is used by value, but is not on the list"),
            _ => throw new HeaderException($"{type.Spelling}: no C# type by value"),
        };
    }

    /// <summary>An integer by its width.</summary>
    public static string Integer(int size, bool isSigned) => (size, isSigned) switch
    {
        // char is what text and bytes are made of.
        (1, _) => "byte",
        (2, true) => "short",
        (2, false) => "ushort",
        (4, true) => "int",
        (4, false) => "uint",
        (8, true) => "long",
        (8, false) => "ulong",
        _ => throw new HeaderException($"an integer of {size} bytes"),
    };

    private static string Integer(CType type)
    {
        if (s_native.TryGetValue(type.Name, out string? native))
        {
            return native;
        }

        bool isSignedByte = type is { Size: 1, IsSigned: true } && !type.Spelling.EndsWith("char", StringComparison.Ordinal);
        return isSignedByte ? "sbyte" : Integer(type.Size, type.IsSigned);
    }

    private static string WithoutQualifiers(string spelling) => spelling
        .Replace("const ", string.Empty, StringComparison.Ordinal)
        .Replace("volatile ", string.Empty, StringComparison.Ordinal)
        .Replace("restrict", string.Empty, StringComparison.Ordinal)
        .Trim();

    private string Pointer(CType target) => target switch
    {
        { Kind: CTypeKind.Function } => Function(target),
        { Kind: CTypeKind.Record } when !_records.Contains(target.Name) => "void*",
        _ => Of(target) + "*",
    };

    private string Function(CType function) =>
        $"delegate* unmanaged[Cdecl]<{string.Join(", ", function.Parameters.Append(function.Element!).Select(Of))}>";
}
