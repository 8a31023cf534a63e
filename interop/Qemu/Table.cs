// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace L2tpv3.Interop.Qemu;

/// <summary>The layout table of one release, read back (Writing/LayoutTable.cs has its form).</summary>
internal sealed class Table
{
    private const string EvidenceMark = "# evidence: ";
    private readonly Dictionary<string, (string Offset, string Type)> _fields = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> _numbers = new(StringComparer.Ordinal);

    /// <summary>Reads a table.</summary>
    /// <param name="name">Of its file.</param>
    /// <param name="text">All of it.</param>
    /// <exception cref="FormatException">With the line.</exception>
    public Table(string name, string text)
    {
        Name = name;
        string[] lines = [.. text.Split('\n').Where(line => line.Length > 0)];
        Evidence = lines.FirstOrDefault(line => line.StartsWith(EvidenceMark, StringComparison.Ordinal))?[EvidenceMark.Length..]
            ?? throw new FormatException($"{name}: no line {EvidenceMark.Trim()}");
        foreach (string line in lines.Where(line => line[0] != '#'))
        {
            string[] words = line.Split(' ', 4);
            switch (words)
            {
                case ["struct", string record, string size, _]:
                    _numbers.Add($"sizeof {record}", long.Parse(size, CultureInfo.InvariantCulture));
                    break;
                case ["const", string constant, string value, _]:
                    _numbers.Add(constant, long.Parse(value, CultureInfo.InvariantCulture));
                    break;
                case [string path, string offset, string size, string type]:
                    _fields.Add(path, (offset, type));
                    if (int.TryParse(size, CultureInfo.InvariantCulture, out int bytes))
                    {
                        _numbers.Add($"sizeof {path}", bytes);
                    }

                    break;
                default:
                    throw new FormatException($"{name}: not understood: {line}");
            }
        }
    }

    public string Name { get; }

    /// <summary>Where it is from: headers, binary, derived.</summary>
    public string Evidence { get; }

    /// <summary>The C type of a field; null: there is none.</summary>
    public string? TypeOf(string path) => _fields.TryGetValue(path, out (string Offset, string Type) field) ? field.Type : null;

    /// <summary>The offset of a field, or what a constant or `sizeof NAME`, of a record or field, is; null: there is none.</summary>
    public long? Number(string path)
    {
        if (_fields.TryGetValue(path, out (string Offset, string Type) field))
        {
            return long.Parse(field.Offset, CultureInfo.InvariantCulture);
        }

        return _numbers.TryGetValue(path, out long number) ? number : null;
    }
}
