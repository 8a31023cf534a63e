// SPDX-License-Identifier: GPL-2.0-or-later

using System.Collections.Generic;

namespace L2tpv3.Interop.Lists;

/// <summary>Constants that belong together.</summary>
internal sealed class ConstantGroup
{
    private readonly List<string> _names = [];
    private readonly List<string> _records = [];

    public ConstantGroup(string remark, string header)
    {
        Remark = remark;
        Header = header;
    }

    /// <summary>What stands above them.</summary>
    public string Remark { get; }

    /// <summary>The header that is read alone for them, as it stands between angle brackets; empty: the umbrella.</summary>
    public string Header { get; }

    public IReadOnlyList<string> Names => _names;

    /// <summary>Records whose size and offsets are wanted as constants.</summary>
    public IReadOnlyList<string> Records => _records;

    public void AddNames(IEnumerable<string> names) => _names.AddRange(names);

    public void AddOffsetsOf(IEnumerable<string> records) => _records.AddRange(records);
}
