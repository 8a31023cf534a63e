// SPDX-License-Identifier: GPL-2.0-or-later

using System;
using System.Globalization;
using System.Runtime.InteropServices;

namespace L2tpv3.Statistics;

/// <summary>
/// The name of a page's file: PID-START-N-NAMESPACE. Without the last part it is of an earlier version of the plugin.
/// </summary>
/// <param name="Process">Whose page it is.</param>
/// <param name="Number">The process counts its sessions.</param>
/// <param name="Namespace">The pid namespace that the process is numbered in, see <see cref="PidNamespace"/>.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct PageName(ProcessIdentity Process, int Number, ulong Namespace)
{
    /// <summary>
    /// The name of the control socket of a netdev that has one (managed/Vhost/Control): its page's, and this. No page has such a name.
    /// </summary>
    public const string ControlSuffix = ".control";

    private const int Parts = 4;

    /// <summary>Reads the name of a file.</summary>
    public static bool TryParse(string name, out PageName page)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split('-');
        ulong space = PidNamespace.Unknown;
        page = default;
        if (parts.Length is not (Parts or Parts - 1)
            || !int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out int id)
            || !ulong.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out ulong start)
            || !int.TryParse(parts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            || (parts.Length == Parts && !ulong.TryParse(parts[3], NumberStyles.None, CultureInfo.InvariantCulture, out space)))
        {
            return false;
        }

        page = new PageName(new ProcessIdentity(id, start), number, space);
        return true;
    }

    /// <summary>Reads the name of a page's file, or of the control socket beside it.</summary>
    public static bool TryParseEither(string name, out PageName page)
    {
        ArgumentNullException.ThrowIfNull(name);
        return TryParse(name.EndsWith(ControlSuffix, StringComparison.Ordinal) ? name[..^ControlSuffix.Length] : name, out page);
    }

    /// <summary>Its pid means something here: the process is numbered as this one is, as far as the name tells.</summary>
    /// <param name="own"><see cref="PidNamespace.Own"/>.</param>
    public bool IsNumberedAs(ulong own) => Namespace == own || Namespace == PidNamespace.Unknown;

    /// <inheritdoc/>
    public override string ToString()
    {
        string name = string.Create(CultureInfo.InvariantCulture, $"{Process.Id}-{Process.Start}-{Number}");
        return Namespace == PidNamespace.Unknown ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{Namespace}");
    }
}
