// SPDX-License-Identifier: GPL-2.0-or-later
//
// A C record as a C# struct.
//
//     record                                 C#
//     fields where C would put them anyway   Sequential
//     union, nameless record, packed         Explicit: each field with its offset
//     bit fields                             Explicit: the storage unit, and a property for each
//     array of numbers                       fixed buffer
//     array of anything else                 a nested struct with [InlineArray]
//     flexible array                         nothing: it begins where the struct ends
//     record without a name, as a field      a nested struct named after the field

using System.Collections.Generic;
using System.Linq;
using L2tpv3.Interop.Model;
using L2tpv3.Interop.Reading;

namespace L2tpv3.Interop.Writing;

/// <summary>Writes a struct.</summary>
internal sealed class RecordFile
{
    private static readonly HashSet<string> s_bufferElements = new(["byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "float", "double"], System.StringComparer.Ordinal);
    private readonly CSharpFile _file;
    private readonly CSharpTypes _types;

    private RecordFile(CSharpFile file, CSharpTypes types)
    {
        _file = file;
        _types = types;
    }

    /// <summary>Writes it.</summary>
    /// <param name="nameSpace">Its namespace.</param>
    /// <param name="record">The record.</param>
    /// <param name="remark">For the summary.</param>
    /// <param name="types">The types of its fields.</param>
    public static string Write(string nameSpace, CRecord record, string remark, CSharpTypes types)
    {
        CSharpFile file = new(nameSpace, usesInterop: true);
        file.Summary(remark.Length == 0 ? $"struct {record.Name}, {record.Header}." : $"struct {record.Name}, {record.Header}{(remark[0] == ':' ? string.Empty : "; ")}{remark}.");
        new RecordFile(file, types).Add(record, record.Name);
        return file.ToString();
    }

    private void Add(CRecord record, string name)
    {
        bool isSequential = IsSequential(record);
        _file.Line(isSequential ? "[StructLayout(LayoutKind.Sequential)]" : $"[StructLayout(LayoutKind.Explicit, Size = {record.Size})]");
        _file.Open($"internal {(NeedsUnsafe(record) ? "unsafe " : string.Empty)}struct {name}");
        int lastUnit = -1;
        foreach (CField field in record.Fields)
        {
            if (field.BitWidth > 0)
            {
                AddBitField(field, ref lastUnit);
                continue;
            }

            if (field.Type is { Kind: CTypeKind.Array, Count: 0 })
            {
                continue;
            }

            if (!isSequential)
            {
                _file.Line($"[FieldOffset({field.Offset})]");
            }

            AddField(field);
        }

        foreach (CField field in record.Fields)
        {
            AddNested(field);
        }

        _file.Close();
    }

    private void AddField(CField field)
    {
        string name = Escape(field.Name);
        if (field.Type is not { Kind: CTypeKind.Array, Element: { } element })
        {
            _file.Line($"public {(field.Nested is null ? _types.Of(field.Type) : NestedName(field))} {name};");
        }
        else if (IsBuffer(field))
        {
            _file.Line($"public fixed {_types.Of(element)} {name}[{field.Type.Count}];");
        }
        else
        {
            _file.Line($"public {field.Name}_array {name};");
        }
    }

    private void AddNested(CField field)
    {
        if (field.Nested is { } nested)
        {
            _file.Blank();
            Add(nested, NestedName(field));
        }

        if (field.Type is { Kind: CTypeKind.Array, Count: > 0, Element: { } element } && !IsBuffer(field))
        {
            if (element.Kind == CTypeKind.Array)
            {
                throw new HeaderException($"{field.Name}: arrays of arrays have not been needed so far");
            }

            string type = field.Nested is null ? _types.Of(element) : NestedName(field);
            _file.Blank();
            _file.Line($"[System.Runtime.CompilerServices.InlineArray({field.Type.Count})]");
            _file.Open($"internal struct {field.Name}_array");
            // An element type that C# does not take as a generic argument still has its place and size.
            _file.Line($"public {(type.Contains('*', System.StringComparison.Ordinal) ? "nint" : type)} first;");
            _file.Close();
        }
    }

    /// <summary>The unit of a bit field's type that holds it (System V ABI, x86-64, 3.1.2), once, and the property.</summary>
    private void AddBitField(CField field, ref int lastUnit)
    {
        int unitBits = field.Type.Size * 8;
        int unit = field.BitOffset / unitBits * unitBits;
        int shift = field.BitOffset - unit;
        if (shift + field.BitWidth > unitBits || field.Type.IsSigned)
        {
            throw new HeaderException($"{field.Name}: a signed bit field, or one across units, has not been needed so far");
        }

        string type = CSharpTypes.Integer(field.Type.Size, isSigned: false);
        string backing = $"bits_{unit / 8}_{type}";
        if (unit != lastUnit)
        {
            _file.Line($"[FieldOffset({unit / 8})]");
            _file.Line($"public {type} {backing};");
            lastUnit = unit;
        }

        ulong mask = field.BitWidth == 64 ? ulong.MaxValue : (1UL << field.BitWidth) - 1;
        _file.Blank();
        _file.Open($"public {type} {Escape(field.Name)}");
        _file.Line($"readonly get => ({type})(({backing} >> {shift}) & 0x{mask:X});");
        _file.Line($"set => {backing} = ({type})(({backing} & ~(0x{mask:X}UL << {shift})) | ((value & 0x{mask:X}UL) << {shift}));");
        _file.Close();
        _file.Blank();
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

    private bool IsBuffer(CField field) =>
        field.Nested is null && field.Type is { Kind: CTypeKind.Array, Element: { Kind: CTypeKind.Integer or CTypeKind.Boolean or CTypeKind.Float } element } && s_bufferElements.Contains(_types.Of(element));

    private bool NeedsUnsafe(CRecord record) =>
        record.Fields.Any(field => field.Nested is null && (field.Type.Kind == CTypeKind.Pointer || IsBuffer(field)))
        || record.Fields.Any(field => field.Nested is { } nested && NeedsUnsafe(nested));

    private static string NestedName(CField field) => $"{field.Name}_struct";

    private static string Escape(string name) => name is "event" or "params" or "ref" or "in" or "out" or "object" or "string" or "lock" or "base" or "class" ? "@" + name : name;
}
