// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Collections.Generic;
using System.Linq;

namespace L2tpv3.Interop.Lists;

/// <summary>A C# class of constants, and which they are.</summary>
internal sealed class ConstantClass
{
    private readonly List<ConstantGroup> _groups = [];
    private string _header = string.Empty;

    public ConstantClass(string name, string summary)
    {
        Name = name;
        Summary = summary;
    }

    public string Name { get; }

    public string Summary { get; }

    public IReadOnlyList<ConstantGroup> Groups => _groups;

    /// <summary>A line of the list: a remark, which begins a group; where the next ones are from; or names.</summary>
    public void Add(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words is ["#", ..])
        {
            _groups.Add(new ConstantGroup(line[1..].Trim(), _header));
        }
        else if (words is ["from", string header])
        {
            _header = header;
        }
        else if (_groups.Count == 0 || !string.Equals(_groups[^1].Header, _header, StringComparison.Ordinal))
        {
            throw new FormatException($"no remark in front of: {line}");
        }
        else if (words is ["offsets", _, ..])
        {
            _groups[^1].AddOffsetsOf(words.Skip(1));
        }
        else
        {
            _groups[^1].AddNames(words);
        }
    }
}
