// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;

namespace L2tpv3.Interop.Qemu;

/// <summary>What the shim wants to know of QEMU: layouts/shim.list.</summary>
internal sealed class ShimList
{
    private readonly List<Family> _families = [];
    private readonly List<(string Name, string Signature)> _slots = [];
    private readonly List<(string Form, string Signature)> _offloadForms = [];
    private readonly List<(string Macro, string Path)> _macros = [];

    /// <summary>Reads the list.</summary>
    /// <param name="text">All of it.</param>
    /// <param name="tables">The tables, by name.</param>
    /// <exception cref="FormatException">With the line.</exception>
    public ShimList(string text, IReadOnlyDictionary<string, Table> tables)
    {
        foreach (string line in text.Split('\n').Where(line => line.Length > 0 && line[0] != '#'))
        {
            string[] words = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
            switch (words)
            {
                case ["family", string names, string releases]:
                    _families.Add(new Family(releases, [.. names.Split(',').Select(name => tables.GetValueOrDefault(name) ?? throw new FormatException($"no table {name}: {line}"))]));
                    break;
                case ["slot", string name, string signature]:
                    _slots.Add((name, signature));
                    break;
                case ["offloads", string form, string signature]:
                    _offloadForms.Add((form, signature));
                    break;
                case ["define", string macro, string path]:
                    _macros.Add((macro, path));
                    break;
                default:
                    throw new FormatException($"not understood: {line}");
            }
        }
    }

    public IReadOnlyList<Family> Families => _families;

    /// <summary>Slots of NetClientInfo, with the one signature that the shim has a function for.</summary>
    public IReadOnlyList<(string Name, string Signature)> Slots => _slots;

    /// <summary>The signatures of set_offload, which the shim has a function for each of.</summary>
    public IReadOnlyList<(string Form, string Signature)> OffloadForms => _offloadForms;

    /// <summary>Numbers that are the same in all releases.</summary>
    public IReadOnlyList<(string Macro, string Path)> Macros => _macros;
}
