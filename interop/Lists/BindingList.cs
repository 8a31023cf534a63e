// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;

namespace L2tpv3.Interop.Lists;

/// <summary>What is wanted of a header, and where it goes: a file headers/NAME.list, whose form README.md has.</summary>
internal sealed class BindingList
{
    private readonly List<WantedRecord> _records = [];
    private readonly List<ConstantClass> _classes = [];
    private readonly Dictionary<string, string> _types = new(StringComparer.Ordinal);

    private BindingList()
    {
    }

    /// <summary>The namespace of all that is made.</summary>
    public string Namespace { get; private set; } = string.Empty;

    /// <summary>The folder that it is written to, from the root of the repository; empty: layouts only.</summary>
    public string Folder { get; private set; } = string.Empty;

    /// <summary>Structs and unions.</summary>
    public IReadOnlyList<WantedRecord> Records => _records;

    /// <summary>Classes of constants.</summary>
    public IReadOnlyList<ConstantClass> Classes => _classes;

    /// <summary>C# types that are chosen by hand for a C type.</summary>
    public IReadOnlyDictionary<string, string> Types => _types;

    /// <summary>Reads a list.</summary>
    /// <param name="text">All of it.</param>
    /// <exception cref="FormatException">With the line.</exception>
    public static BindingList Parse(string text)
    {
        BindingList list = new();
        foreach (string line in text.Split('\n').Where(line => line.Trim().Length > 0))
        {
            bool isInside = char.IsWhiteSpace(line[0]);
            if (isInside && list._classes.Count > 0)
            {
                list._classes[^1].Add(line.Trim());
            }
            else if (isInside || (line[0] != '#' && !list.TryDirective(line)))
            {
                throw new FormatException($"not understood: {line}");
            }
        }

        return list;
    }

    private bool TryDirective(string line)
    {
        string[] words = line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (words.Length < 2)
        {
            return false;
        }

        string[] arguments = words[1].Split(' ', 2, StringSplitOptions.TrimEntries);
        string rest = arguments.Length > 1 ? arguments[1] : string.Empty;
        switch (words[0])
        {
            case "namespace":
                Namespace = words[1];
                return true;
            case "folder":
                Folder = words[1];
                return true;
            case "type" when words[1].Split(" as ") is [string c, string csharp]:
                _types.Add(c, csharp);
                return true;
            case "struct":
                _records.Add(new WantedRecord(arguments[0], rest));
                return true;
            case "constants":
                _classes.Add(new ConstantClass(arguments[0], rest));
                return true;
            default:
                return false;
        }
    }
}
