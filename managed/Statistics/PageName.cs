// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>The name of a page's file: PID-START-N.</summary>
/// <param name="Process">Whose page it is.</param>
/// <param name="Number">The process counts its sessions.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PageName(ProcessIdentity Process, int Number)
{
    private const int Parts = 3;

    /// <summary>Reads the name of a file.</summary>
    public static bool TryParse(string name, out PageName page)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split('-');
        page = default;
        if (parts.Length != Parts
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number))
        {
            return false;
        }

        page = new PageName(new ProcessIdentity(id, start), number);
        return true;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Process.Id}-{Process.Start}-{Number}");
}
