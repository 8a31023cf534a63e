// SPDX-License-Identifier: GPL-2.0-or-later
//
// The layouts in a form for people, diffs and tests:
//
//     struct NAME size alignment
//     NAME.field offset size type            a bit field: offset:bit, and its width as Nb
//     const NAME value type

using System.Collections.Generic;
using System.Globalization;
using System.Text;
using L2tpv3.Interop.Model;

namespace L2tpv3.Interop.Writing;

/// <summary>Writes a layout table.</summary>
internal sealed class LayoutTable
{
    private readonly StringBuilder _text = new();

    /// <summary>Begins with remarks.</summary>
    public LayoutTable(params IEnumerable<string> remarks)
    {
        foreach (string remark in remarks)
        {
            _text.Append("# ").Append(remark).Append('\n');
        }
    }

    public void Add(CRecord record)
    {
        _text.Append(CultureInfo.InvariantCulture, $"\nstruct {record.Name} {record.Size} {record.Alignment}\n");
        AddFields(record.Name, 0, record);
    }

    public void Add(CConstant constant) => _text.Append(CultureInfo.InvariantCulture, $"const {constant.Name} {constant.Value} {constant.Type.Spelling}\n");

    /// <summary>Begins a group of constants.</summary>
    public void Group(string remark) => _text.Append("\n# ").Append(remark).Append('\n');

    public override string ToString() => _text.ToString();

    private void AddFields(string prefix, int start, CRecord record)
    {
        foreach (CField field in record.Fields)
        {
            int offset = start + field.Offset;
            string place = field.BitWidth > 0
                ? string.Create(CultureInfo.InvariantCulture, $"{offset}:{field.BitOffset % 8} {field.BitWidth}b")
                : string.Create(CultureInfo.InvariantCulture, $"{offset} {field.Type.Size}");
            _text.Append(CultureInfo.InvariantCulture, $"{prefix}.{field.Name} {place} {(field.Nested is null ? field.Type.Signature : "struct")}\n");
            if (field is { Nested: { } nested, Type.Kind: CTypeKind.Record })
            {
                AddFields($"{prefix}.{field.Name}", offset, nested);
            }
        }
    }
}
