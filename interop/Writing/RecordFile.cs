// SPDX-License-Identifier: GPL-2.0-or-later
//
// A C record as a C# struct with sequential layout.
//
//     a number, a pointer, a listed record   a field
//     an array of numbers                    a fixed buffer
//     a flexible array                       nothing: it begins where the struct ends
//     anything else                          an error: unions, bit fields, packed and nameless records, other arrays
//
// The errors are no loss: what has such a layout is read by sizes and offsets (ConstantsFile).

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Interop.Model;
using L2tpv3.Interop.Reading;

namespace L2tpv3.Interop.Writing;

/// <summary>Writes a struct.</summary>
internal static class RecordFile
{
    private static readonly HashSet<string> s_bufferElements = new(["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double"], StringComparer.Ordinal);

    /// <summary>Writes it.</summary>
    /// <param name="nameSpace">Its namespace.</param>
    /// <param name="record">The record.</param>
    /// <param name="remark">For the summary.</param>
    /// <param name="types">The types of its fields.</param>
    /// <exception cref="HeaderException">C# would lay it out in another way.</exception>
    public static string Write(string nameSpace, CRecord record, string remark, CSharpTypes types)
    {
        if (!IsSequential(record))
        {
            throw new HeaderException($"struct {record.Name}: C# would put its fields elsewhere; ask for its offsets");
        }

        CSharpFile file = new(nameSpace, usesInterop: true);
        file.Summary(remark.Length == 0 ? $"struct {record.Name}, {record.Header}." : $"struct {record.Name}, {record.Header}{(remark[0] == ':' ? string.Empty : "; ")}{remark}.");
        file.Line("[StructLayout(LayoutKind.Sequential)]");
        bool isUnsafe = record.Fields.Any(field => field.Type.Kind is CTypeKind.Pointer or CTypeKind.Array);
        file.Open($"internal {(isUnsafe ? "unsafe " : string.Empty)}struct {record.Name}");
        foreach (CField field in record.Fields.Where(field => field.Type is not { Kind: CTypeKind.Array, Count: 0 }))
        {
            file.Line(Declaration(record, field, types));
        }

        file.Close();
        return file.ToString();
    }

    private static string Declaration(CRecord record, CField field, CSharpTypes types)
    {
        string name = Escape(field.Name);
        if (field.Nested is not null)
        {
            throw new HeaderException($"{record.Name}.{field.Name}: a record without a name; ask for its offsets");
        }

        if (field.Type is not { Kind: CTypeKind.Array, Element: { } element })
        {
            return $"public {types.Of(field.Type)} {name};";
        }

        return element.Kind is CTypeKind.Integer or CTypeKind.Boolean or CTypeKind.Float && s_bufferElements.Contains(types.Of(element))
            ? $"public fixed {types.Of(element)} {name}[{field.Type.Count}];"
            : throw new HeaderException($"{record.Name}.{field.Name}: an array of what is no number; ask for its offsets");
    }

    /// <summary>Whether C#'s rules for Sequential put each field where C has it.</summary>
    private static bool IsSequential(CRecord record)
    {
        int end = 0;
        int alignment = 1;
        foreach (CField field in record.Fields)
        {
            int own = field.Type.Alignment;
            int offset = (end + own - 1) / own * own;
            if (field.BitWidth > 0 || offset != field.Offset)
            {
                return false;
            }

            end = offset + field.Type.Size;
            alignment = int.Max(alignment, own);
        }

        return (end + alignment - 1) / alignment * alignment == record.Size && alignment == record.Alignment;
    }

    private static string Escape(string name) => name is "event" or "params" or "ref" or "in" or "out" or "object" or "string" or "lock" or "base" or "class" ? "@" + name : name;
}
