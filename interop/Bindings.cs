// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;
using L2tpv3.Interop.Lists;
using L2tpv3.Interop.Model;
using L2tpv3.Interop.Reading;
using L2tpv3.Interop.Writing;

namespace L2tpv3.Interop;

/// <summary>One header with its list, and the files that come of them.</summary>
internal static class Bindings
{
    private static readonly CType s_int = new(CTypeKind.Integer, "int", sizeof(int)) { IsSigned = true };

    /// <summary>Makes the files.</summary>
    /// <param name="name">What the layout table is called.</param>
    /// <param name="header">The umbrella, C text.</param>
    /// <param name="list">What is wanted of it.</param>
    /// <param name="options">For the compiler.</param>
    /// <returns>Text by file, from the root of the repository.</returns>
    public static SortedDictionary<string, string> Make(string name, string header, BindingList list, IReadOnlyList<string> options)
    {
        using Header umbrella = new(header, NamesFrom(list, string.Empty), options);
        SortedDictionary<string, string> files = new(StringComparer.Ordinal);
        LayoutTable table = new($"Made by interop/ from headers/{name}.h and headers/{name}.list; x86-64.", "struct NAME size alignment; NAME.field offset size type; const NAME value type.");
        CSharpTypes types = new(list.Types, list.Records.Select(record => record.Name));
        foreach (WantedRecord wanted in list.Records)
        {
            CRecord record = umbrella.Record(wanted.Name);
            table.Add(record);
            files.Add($"{list.Folder}/{wanted.Name}.g.cs", RecordFile.Write(list.Namespace, record, wanted.Remark, types));
        }

        foreach (ConstantClass constants in list.Classes)
        {
            List<IReadOnlyList<CConstant>> values = [.. constants.Groups.Select(group => Constants(umbrella, group, options))];
            files.Add($"{list.Folder}/{constants.Name}.g.cs", ConstantsFile.Write(list, constants, values));
            foreach ((ConstantGroup group, IReadOnlyList<CConstant> members) in constants.Groups.Zip(values))
            {
                table.Group(group.Remark);
                members.Where(member => group.Names.Contains(member.Name, StringComparer.Ordinal)).ToList().ForEach(table.Add);
                group.Records.Where(record => !list.Records.Any(wanted => string.Equals(wanted.Name, record, StringComparison.Ordinal)))
                    .ToList().ForEach(record => table.Add(umbrella.Record(record)));
            }
        }

        files.Add($"interop/layouts/{name}.txt", table.ToString());
        return files;
    }

    private static List<CConstant> Constants(Header umbrella, ConstantGroup group, IReadOnlyList<string> options)
    {
        if (group.Header.Length == 0)
        {
            return [.. group.Names.Select(umbrella.Constant), .. group.Records.SelectMany(record => Offsets(umbrella.Record(record)))];
        }

        using Header alone = new($"#include <{group.Header}>", group.Names, options);
        return [.. group.Names.Select(alone.Constant), .. group.Records.SelectMany(record => Offsets(alone.Record(record)))];
    }

    /// <summary>sizeof and offsetof, for code that has bytes and no struct.</summary>
    private static IEnumerable<CConstant> Offsets(CRecord record) => record.Fields
        .Select(field => new CConstant($"offsetof_{record.Name}_{field.Name}", field.Offset, s_int))
        .Prepend(new CConstant($"sizeof_{record.Name}", record.Size, s_int));

    private static IEnumerable<string> NamesFrom(BindingList list, string header) => list.Classes
        .SelectMany(constants => constants.Groups)
        .Where(group => string.Equals(group.Header, header, StringComparison.Ordinal))
        .SelectMany(group => group.Names);
}
