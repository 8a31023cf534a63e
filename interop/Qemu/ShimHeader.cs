// SPDX-License-Identifier: GPL-2.0-or-later
//
// native/shim/layouts.g.h: where each family of releases has the slots that the shim fills.
// native/shim/offsets.g.h: what is the same in all of them.
//
// A wrong number there would have QEMU call a function with another's arguments, so everything is refused that the tables do
// not agree on: a slot whose signature is not that of the shim's function, a family whose tables differ, a number that is not
// the same in all releases.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Text;
using L2tpv3.Interop.Reading;

namespace L2tpv3.Interop.Qemu;

/// <summary>Writes the shim's layouts.</summary>
internal static class ShimHeader
{
    private const string Info = "NetClientInfo.";
    private const string OffloadSlot = "set_offload";

    /// <summary>set_offload's struct, in the order of L2TP_OFFLOAD_*, which the shim takes byte by byte.</summary>
    private static readonly string[] s_offloads = ["csum", "tso4", "tso6", "ecn", "ufo", "uso4", "uso6", "tnl", "tnl_csum"];

    /// <summary>Writes layouts.g.h.</summary>
    /// <exception cref="HeaderException">The tables do not agree with each other, or with the shim.</exception>
    public static string Layouts(ShimList list)
    {
        StringBuilder text = Begin("SHIM_LAYOUTS_G_H");
        text.Append("#include \"layout.h\"\n\nstatic const struct layout layouts[] = {\n");
        foreach (Family family in list.Families)
        {
            Add(text, list, family);
        }

        return text.Append("};\n\n#endif /* SHIM_LAYOUTS_G_H */\n").ToString();
    }

    /// <summary>Writes offsets.g.h.</summary>
    /// <exception cref="HeaderException">The tables do not agree with each other.</exception>
    public static string Offsets(ShimList list)
    {
        StringBuilder text = Begin("SHIM_OFFSETS_G_H");
        List<Table> all = [.. list.Families.SelectMany(family => family.Tables)];
        foreach ((string macro, string path) in list.Macros)
        {
            text.Append(CultureInfo.InvariantCulture, $"#define {macro} 0x{Same(path, all):x}\n");
        }

        return text.Append("\n#endif /* SHIM_OFFSETS_G_H */\n").ToString();
    }

    private static StringBuilder Begin(string guard) => new($"""
        /* SPDX-License-Identifier: GPL-2.0-or-later */
        /* Made by interop/ from the tables in interop/layouts: change those. */
        #ifndef {guard}
        #define {guard}


        """);

    private static void Add(StringBuilder text, ShimList list, Family family)
    {
        string evidence = string.Join("; ", family.Tables.Select(table => $"{table.Name} ({table.Evidence})"));
        text.Append(CultureInfo.InvariantCulture, $"    /* {evidence} */\n    {{\n        .releases = \"{family.Releases}\",\n");
        foreach ((string name, string signature) in list.Slots)
        {
            string wanted = string.Equals(name, OffloadSlot, StringComparison.Ordinal) ? Form(list, family.Tables[0]).Signature : signature;
            long? offset = Slot(name, wanted, family.Tables);
            text.Append(CultureInfo.InvariantCulture, $"        .{name} = {(offset is { } number ? $"0x{number:x}" : "LAYOUT_NONE")},\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"        .offload_form = {Form(list, family.Tables[0]).Form},\n    }},\n");
    }

    private static (string Form, string Signature) Form(ShimList list, Table table)
    {
        string? type = table.TypeOf(Info + OffloadSlot);
        (string Form, string Signature) form = list.OffloadForms.FirstOrDefault(form => string.Equals(form.Signature, type, StringComparison.Ordinal));
        bool isStruct = type?.Contains("NetOffloads", StringComparison.Ordinal) == true;
        bool isAsKnown = s_offloads.Select((name, i) => table.Number($"NetOffloads.{name}") == i).All(isEqual => isEqual)
            && table.Number("sizeof NetOffloads") == s_offloads.Length;
        return form.Form is null || (isStruct && !isAsKnown)
            ? throw new HeaderException($"{table.Name}: the shim has no set_offload for {type}")
            : form;
    }

    private static long? Slot(string name, string signature, IReadOnlyList<Table> tables)
    {
        foreach (Table table in tables)
        {
            string? type = table.TypeOf(Info + name);
            if (type is not null && !string.Equals(type, signature, StringComparison.Ordinal))
            {
                throw new HeaderException($"{table.Name}: {name} is {type}, but the shim's is {signature}");
            }
        }

        return Same(Info + name, tables, mayBeMissing: true);
    }

    private static long? Same(string path, IReadOnlyList<Table> tables, bool mayBeMissing = false)
    {
        long? first = tables[0].Number(path);
        Table? other = tables.FirstOrDefault(table => table.Number(path) != first);
        if (other is not null)
        {
            throw new HeaderException($"{path}: {tables[0].Name} and {other.Name} differ");
        }

        return first is null && !mayBeMissing ? throw new HeaderException($"{path} is in no table") : first;
    }
}
